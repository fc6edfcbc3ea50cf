package dev.webhookdb.api;

import dev.webhookdb.account.Access;
import dev.webhookdb.account.AccountException;
import dev.webhookdb.account.Accounts;
import dev.webhookdb.account.Accounts.Login;
import dev.webhookdb.account.Actor;
import dev.webhookdb.account.ClosedOrganization;
import dev.webhookdb.account.Customer;
import dev.webhookdb.account.Invitation;
import dev.webhookdb.account.Membership;
import dev.webhookdb.account.Memberships;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Sessions;
import dev.webhookdb.spi.Json;
import dev.webhookdb.tenancy.OrganizationDatabases;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Logging in and out, and who one is. Thread-safe. */
public final class LoginRoutes implements HttpService {
    private static final String LOGIN = "/v1/auth";
    private static final String LOGOUT = "/v1/auth/logout";
    private static final HeaderName TOKEN = HeaderNames.create("Whdb-Auth-Token");
    private static final HeaderName SHORT_SESSION = HeaderNames.create("Whdb-Short-Session");
    private static final String PROMPT = "Enter the six digits from your e-mail:";

    private final RequestAuthorizer members;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Access access;
    private final Memberships memberships;
    private final OrganizationDatabases databases;

    /** Logs people in. */
    public LoginRoutes(
            RequestAuthorizer members,
            Accounts accounts,
            Sessions sessions,
            Access access,
            Memberships memberships,
            OrganizationDatabases databases) {
        this.members = members;
        this.accounts = accounts;
        this.sessions = sessions;
        this.access = access;
        this.memberships = memberships;
        this.databases = databases;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(LOGIN, this::logIn)
                .post("/v1/auth/login_otp/{email}", this::logInWithCode)
                .post(LOGOUT, this::logOut)
                .get("/v1/me", members.anybody("/v1/me", (actor, parameters) -> me(actor)))
                .get(
                        "/v1/me/organization_memberships",
                        members.anybody("/v1/me/organization_memberships", this::listMemberships));
    }

    /** A token that is sent along is not looked at: an old one must not keep anybody from logging in. */
    private void logIn(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.of(request, LOGIN);
        String email = email(parameters.required("email", "Your e-mail address:"));
        String typed = parameters.raw("token").orElse("");
        if (typed.isEmpty()) {
            accounts.request(email, CallerAddress.of(request));
            JsonResponses.send(response, 202, asked(email));
        } else {
            complete(request, response, email, typed.strip());
        }
    }

    private void logInWithCode(ServerRequest request, ServerResponse response) {
        String email = email(request.path().pathParameters().get("email"));
        Parameters parameters = Parameters.of(request, LOGIN);
        complete(request, response, email, parameters.text("token").orElse(""));
    }

    private void complete(ServerRequest request, ServerResponse response, String email, String code) {
        if (code.isEmpty()) {
            JsonResponses.send(response, question(email, "Nothing was entered."));
            return;
        }
        boolean brief = request.headers()
                .value(SHORT_SESSION)
                .filter(value -> !value.isBlank())
                .isPresent();
        switch (accounts.login(email, code, CallerAddress.of(request), brief)) {
            case Login.Wrong() -> JsonResponses.send(response, question(email, "That code is not right."));
            case Login.Over() ->
                throw new ApiException(
                        403,
                        "invalid_code",
                        "There is no valid code for this address: codes last 15 minutes, work once, and not after five wrong tries. Log in again to get a new one.");
            case Login.Done(Customer customer, String token) -> {
                response.header(TOKEN, token);
                JsonResponses.send(response, welcome(new Actor.Person(customer, CallerAddress.of(request))));
            }
        }
    }

    private void logOut(ServerRequest request, ServerResponse response) {
        boolean everywhere = Parameters.of(request, LOGOUT).isTrue("all");
        RequestAuthorizer.token(request).ifPresent(everywhere ? sessions::endAll : sessions::end);
        JsonResponses.send(
                response,
                new JsonObjectBuilder()
                        .with(
                                "message",
                                everywhere
                                        ? "You have logged out everywhere. Tokens that you made for programs still work; 'webhookdb auth token list' shows them."
                                        : "You have logged out."));
    }

    private static JsonObjectBuilder asked(String email) {
        return question(email, """
                A one-time password is on its way to %1$s.
                Enter it here, or finish from another terminal with:

                  webhookdb auth login --username=%1$s --token=<six digits>
                """.formatted(email));
    }

    private static JsonObjectBuilder question(String email, String output) {
        return Prompts.ask(output, PROMPT, true, LOGIN, new JsonObjectBuilder().with("email", email), "token");
    }

    private JsonObjectBuilder welcome(Actor.Person person) {
        JsonObjectBuilder customer = me(person);
        return Prompts.complete("""
                        Welcome! 'webhookdb services list' shows what can be replicated,
                        'webhookdb integrations create' begins with it.""", customer)
                .with("message", "You are logged in as %s.".formatted(person.name()))
                .with("extras", new JsonObjectBuilder().with("current_customer", customer));
    }

    private JsonObjectBuilder me(Actor actor) {
        Optional<Organization> own = access.defaultOf(actor);
        List<Membership> all = access.of(actor);
        List<Invitation> invitations = memberships.invitations(actor.name());
        return new JsonObjectBuilder()
                .with("email", actor.name())
                .with("name", actor instanceof Actor.Person(Customer customer, String ignored) ? customer.name() : "")
                .with(
                        "default_organization",
                        own.map(one -> organization(one).json()).orElseGet(Json.Null::new))
                .with(
                        "default_organization_formatted",
                        own.map(LoginRoutes::shown).orElse(""))
                .with(
                        "verified_memberships",
                        all.stream().map(one -> membership(actor, one)).toList())
                .with(
                        "verified_memberships_formatted",
                        all.stream()
                                .map(one -> "%s: %s"
                                        .formatted(
                                                shown(one.organization()),
                                                one.role().text()))
                                .sorted()
                                .collect(Collectors.joining("\n")))
                .with(
                        "invitations",
                        invitations.stream().map(LoginRoutes::invitation).toList())
                .with(
                        "invitations_formatted",
                        invitations.stream()
                                .map(one -> "%s: %s".formatted(shown(one.organization()), one.code()))
                                .collect(Collectors.joining("\n")))
                .with("message", "")
                .withTable(
                        "display_headers",
                        List.of(
                                List.of("email", "Email"),
                                List.of("default_organization_formatted", "Default Org"),
                                List.of("verified_memberships_formatted", "Memberships"),
                                List.of("invitations_formatted", "Invitations")));
    }

    private JsonObjectBuilder listMemberships(Actor actor, Parameters parameters) {
        String active = parameters.text("active_org_identifier").orElse("");
        List<Membership> own = access.of(actor);
        Optional<Map<Long, String>> servers = actor instanceof Actor.Operator
                ? Optional.of(databases.servers().names())
                : Optional.empty();
        TextBlocks blocks = new TextBlocks()
                .line("You are a member of these organizations:")
                .line("")
                .table(
                        Stream.concat(
                                        Stream.of("Name", "Key", "Role", "Status"),
                                        servers.stream().map(ignored -> "Server"))
                                .toList(),
                        own.stream().map(one -> row(one, active, servers)).toList());
        List<Invitation> invitations = memberships.invitations(actor.name());
        if (!invitations.isEmpty()) {
            blocks.line("")
                    .line("You are invited to these:")
                    .line("")
                    .table(
                            List.of("Name", "Key", "Join Code"),
                            invitations.stream()
                                    .map(one -> List.of(
                                            one.organization().name(),
                                            one.organization().key(),
                                            one.code()))
                                    .toList())
                    .line("")
                    .line("'webhookdb org join' with the code makes you a member.");
        }
        List<ClosedOrganization> closed = access.closed(actor);
        if (!closed.isEmpty()) {
            blocks.line("")
                    .line("These are closed:")
                    .line("")
                    .table(
                            List.of("Name", "Key", "Dropped at"),
                            closed.stream()
                                    .map(one -> List.of(
                                            one.membership().organization().name(),
                                            one.membership().organization().key(),
                                            one.dropAt()
                                                    .truncatedTo(ChronoUnit.SECONDS)
                                                    .toString()))
                                    .toList())
                    .line("")
                    .line("'webhookdb org reopen' opens one of them again.");
        }
        return blocks.fields(new JsonObjectBuilder()
                .with(
                        "memberships",
                        own.stream()
                                .map(one -> listed(actor, one, active, servers))
                                .toList())
                .with(
                        "invitations",
                        invitations.stream().map(LoginRoutes::invitation).toList())
                .with(
                        "closed",
                        closed.stream()
                                .map(one -> organization(one.membership().organization())
                                        .with("dropped_at", one.dropAt().toString()))
                                .toList()));
    }

    /** @param servers by organization, for the operator */
    private static List<String> row(Membership membership, String active, Optional<Map<Long, String>> servers) {
        Organization organization = membership.organization();
        return Stream.concat(
                        Stream.of(
                                organization.name(),
                                organization.key(),
                                membership.role().text(),
                                isNamed(organization, active) ? "active" : ""),
                        servers.stream().map(names -> names.getOrDefault(organization.id(), "")))
                .toList();
    }

    private static JsonObjectBuilder listed(
            Actor actor, Membership membership, String active, Optional<Map<Long, String>> servers) {
        Organization organization = membership.organization();
        JsonObjectBuilder fields = membership(actor, membership).with("active", isNamed(organization, active));
        servers.ifPresent(names -> fields.with("server", names.getOrDefault(organization.id(), "")));
        return fields;
    }

    private static boolean isNamed(Organization organization, String text) {
        return List.of(Long.toString(organization.id()), organization.key(), organization.name())
                .contains(text);
    }

    static JsonObjectBuilder organization(Organization organization) {
        return new JsonObjectBuilder()
                .with("id", organization.id())
                .with("name", organization.name())
                .with("key", organization.key());
    }

    private static JsonObjectBuilder membership(Actor actor, Membership membership) {
        return new JsonObjectBuilder()
                .with("email", actor.name())
                .with("organization", organization(membership.organization()))
                .with("organization_name", membership.organization().name())
                .with("organization_key", membership.organization().key())
                .with("status", membership.role().text());
    }

    private static JsonObjectBuilder invitation(Invitation invitation) {
        return new JsonObjectBuilder()
                .with("organization", organization(invitation.organization()))
                .with("organization_name", invitation.organization().name())
                .with("organization_key", invitation.organization().key())
                .with("invitation_code", invitation.code())
                .with("status", "invited");
    }

    static String shown(Organization organization) {
        return "%s (%s)".formatted(organization.name(), organization.key());
    }

    /** In the client's conversation the question is asked again if the error belongs to what was asked for. */
    private static String email(String text) {
        try {
            return Accounts.email(text);
        } catch (AccountException e) {
            throw ApiException.invalid("email", e.getMessage());
        }
    }
}
