package dev.webhookdb.api;

import dev.webhookdb.account.AccountException;
import dev.webhookdb.account.Accounts;
import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Invitation;
import dev.webhookdb.account.Membership;
import dev.webhookdb.account.Memberships;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.OrganizationException;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.account.Role;
import dev.webhookdb.declare.Kind;
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.tenancy.Placement;
import dev.webhookdb.tenancy.PlacementException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Organizations and who belongs to them. Thread-safe. */
public final class OrganizationRoutes implements HttpService {
    private static final String ALL = "/v1/organizations";
    private static final String ONE = ALL + "/{org}";
    static final String ROLES = "admin, member or viewer";

    private final RequestAuthorizer members;
    private final Organizations organizations;
    private final Memberships memberships;
    private final OrganizationDatabases databases;
    private final Audit audit;

    /** Changes them, and notes who did. */
    public OrganizationRoutes(
            RequestAuthorizer members,
            Organizations organizations,
            Memberships memberships,
            OrganizationDatabases databases,
            Audit audit) {
        this.members = members;
        this.organizations = organizations;
        this.memberships = memberships;
        this.databases = databases;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(ALL + "/create", members.anybody(ALL + "/create", this::create))
                .post(ALL + "/join", members.person(ALL + "/join", this::join))
                .get(ONE, this::show)
                .get(ONE + "/members", members.member(ONE + "/members", Role.VIEWER, this::list))
                .post(ONE + "/invite", members.member(ONE + "/invite", Role.ADMIN, this::invite))
                .post(ONE + "/remove_member", members.member(ONE + "/remove_member", Role.VIEWER, this::remove))
                .post(ONE + "/change_roles", members.member(ONE + "/change_roles", Role.ADMIN, this::changeRoles))
                .post(ONE + "/update", members.member(ONE + "/update", Role.ADMIN, this::update))
                .post(ONE + "/rename", members.member(ONE + "/rename", Role.ADMIN, this::rename));
    }

    private JsonObjectBuilder create(Actor actor, Parameters parameters) {
        String name = parameters.required("name", "Name of the organization:");
        Placement placement = new Placement(parameters.text("server"), parameters.texts("tags"));
        Organization created = refusing(() -> memberships.create(actor, name, placement));
        return LoginRoutes.organization(created).with("message", """
                        Your organization identifier is: %s
                        'webhookdb org invite' invites people to it.""".formatted(created.key()));
    }

    private JsonObjectBuilder join(Actor.Person actor, Parameters parameters) {
        String code = parameters.required("invitation_code", "Your invitation code:");
        Organization joined = memberships.join(actor, code);
        return new JsonObjectBuilder()
                .with("organization", LoginRoutes.organization(joined))
                .with("message", "Congratulations! You are now a member of %s.".formatted(joined.name()));
    }

    /** The command line client asks for the organization {@code -} and says in the query which it means. */
    private void show(ServerRequest request, ServerResponse response) {
        Actor actor = members.actor(request);
        String named = request.path().pathParameters().get("org");
        String wanted = named.equals("-") ? request.query().first("org").orElse("") : named;
        Membership membership = members.membership(actor, wanted.strip());
        JsonObjectBuilder shown = LoginRoutes.organization(membership.organization());
        if (actor instanceof Actor.Operator) {
            shown.with(
                    "server", databases.servers().name(membership.organization().id()));
        }
        JsonResponses.send(response, shown.with("message", ""));
    }

    private JsonObjectBuilder list(Call call) {
        Organization organization = call.organization();
        Map<String, String> files = members.owned().files(call, Kind.MEMBER);
        List<JsonObjectBuilder> items = memberships.members(organization).stream()
                .map(member -> DeclaredIn.item(
                        new JsonObjectBuilder()
                                .with("email", member.email())
                                .with("organization", LoginRoutes.organization(organization))
                                .with("organization_name", organization.name())
                                .with("organization_key", organization.key())
                                .with(
                                        "status",
                                        member.invited()
                                                ? "invited"
                                                : member.role().text()),
                        files,
                        member.email()))
                .toList();
        return Prompts.list(
                items,
                "",
                DeclaredIn.headers(
                        List.of(
                                List.of("email", "Email"),
                                List.of("organization_name", "Organization Name"),
                                List.of("organization_key", "Organization Key"),
                                List.of("status", "Role")),
                        !files.isEmpty()));
    }

    private JsonObjectBuilder invite(Call call) {
        String email = call.parameters().required("email", "E-mail address of who is invited:");
        Role role = role(call.parameters().text("role_name").orElse(Role.MEMBER.text()));
        Invitation invitation = memberships.invite(call.actor(), call.organization(), email, role);
        return new JsonObjectBuilder()
                .with("email", invitation.email())
                .with("role", role.text())
                .with("invitation_code", invitation.code())
                .with("organization", LoginRoutes.organization(call.organization()))
                .with("message", """
                        %s is invited to %s.
                        Their invite code is:
                          %s""".formatted(
                                invitation.email(), call.organization().name(), invitation.code()));
    }

    /** Everybody may leave; only admins may send somebody else away. */
    private JsonObjectBuilder remove(Call call) {
        String email = Accounts.email(call.parameters().required("email", "E-mail address of who is to be removed:"));
        boolean oneself = email.equals(call.actor().name());
        if (oneself) {
            call.parameters()
                    .confirm(
                            "guard_confirm",
                            "Press Enter to go on, or Ctrl-C to stop:",
                            "You are about to leave %s."
                                    .formatted(call.organization().name()));
        } else if (!call.membership().role().includes(Role.ADMIN)) {
            throw new ApiException(
                    403,
                    "permission_check",
                    "Only admins of %s may remove others."
                            .formatted(call.organization().name()));
        }
        members.owned().refuse(call, Kind.MEMBER, email);
        memberships.remove(call.actor(), call.organization(), email);
        return new JsonObjectBuilder()
                .with("email", email)
                .with("organization", LoginRoutes.organization(call.organization()))
                .with("message", """
                        %s is no longer a part of %s.
                        A database URL that %s kept goes on working until 'webhookdb db roll-credentials' replaces it for everybody.""".formatted(email, call.organization().name(), oneself ? "you" : "they"));
    }

    private JsonObjectBuilder changeRoles(Call call) {
        String typed = call.parameters().required("emails", "E-mail addresses, with commas between them:");
        Role role = role(call.parameters().required("role_name", "The new role, %s:".formatted(ROLES)));
        List<String> emails = Arrays.stream(typed.split(",", -1))
                .map(String::strip)
                .filter(email -> !email.isEmpty())
                .map(Accounts::email)
                .distinct()
                .toList();
        emails.forEach(email -> members.owned().refuse(call, Kind.MEMBER, email));
        if (emails.contains(call.actor().name())) {
            call.parameters()
                    .confirm(
                            "guard_confirm",
                            "Press Enter to go on, or Ctrl-C to stop:",
                            "You are about to change your own role.");
        }
        memberships.change(call.actor(), call.organization(), emails, role);
        return new JsonObjectBuilder()
                .withTexts("emails", emails)
                .with("role", role.text())
                .with("organization", LoginRoutes.organization(call.organization()))
                .with(
                        "message",
                        "The role of %s in %s is %s now."
                                .formatted(
                                        String.join(", ", emails),
                                        call.organization().name(),
                                        role.text()));
    }

    private JsonObjectBuilder update(Call call) {
        members.owned().refuse(call, Kind.ORGANIZATION, call.organization().key());
        String field = call.parameters().text("field").orElse("");
        String value = call.parameters().text("value").orElse("");
        switch (field) {
            case "name" -> refusing(() -> organizations.rename(call.organization(), value));
            case "billing_email" -> organizations.billTo(call.organization(), value);
            default ->
                throw new ApiException(
                        403,
                        "forbidden",
                        "The field '%s' cannot be changed; name and billing_email can.".formatted(field));
        }
        audit.note(call.actor(), call.organization().id(), "update " + field, value);
        return LoginRoutes.organization(call.organization())
                .with(field, value)
                .with(
                        "message",
                        "The %s of the organization %s is %s now."
                                .formatted(
                                        field.replace('_', ' '),
                                        call.organization().key(),
                                        value));
    }

    private JsonObjectBuilder rename(Call call) {
        members.owned().refuse(call, Kind.ORGANIZATION, call.organization().key());
        String name = call.parameters().required("name", "The new name:");
        Organization renamed = refusing(() -> organizations.rename(call.organization(), name));
        audit.note(call.actor(), renamed.id(), "update name", renamed.name());
        return LoginRoutes.organization(renamed)
                .with("message", "The organization %s is called %s now.".formatted(renamed.key(), renamed.name()));
    }

    static Role role(String text) {
        return Role.of(text)
                .orElseThrow(() -> new ApiException(
                        400, "invalid_input", "There is no role '%s'; write %s.".formatted(text, ROLES)));
    }

    private static <T> T refusing(Supplier<T> work) {
        try {
            return work.get();
        } catch (OrganizationException e) {
            throw ApiException.invalid("name", e.getMessage());
        } catch (PlacementException e) {
            throw ApiException.invalid(e.isAboutTags() ? "tags" : "server", e.getMessage());
        } catch (AccountException e) {
            throw new ApiException(400, "invalid_input", e.getMessage());
        }
    }
}
