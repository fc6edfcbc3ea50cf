package dev.webhookdb.api;

import dev.webhookdb.account.Access;
import dev.webhookdb.account.Actor;
import dev.webhookdb.account.ApiTokens;
import dev.webhookdb.account.ClosedOrganization;
import dev.webhookdb.account.Membership;
import dev.webhookdb.account.Role;
import dev.webhookdb.account.Sessions;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The way from a request to its handler: who is calling, in which organization, and whether they may. Thread-safe.
 *
 * <p>An organization that does not exist and one that is somebody else's are refused alike.
 */
public final class RequestAuthorizer {
    private static final HeaderName TOKEN = HeaderNames.create("Whdb-Auth-Token");
    private static final String BEARER = "Bearer ";

    private final OperatorToken operator;
    private final Sessions sessions;
    private final ApiTokens tokens;
    private final Access access;
    private final OwnedByFiles owned;

    /** Knows people, programs and the operator by their tokens, and what none of them changes without being told to. */
    public RequestAuthorizer(
            OperatorToken operator, Sessions sessions, ApiTokens tokens, Access access, OwnedByFiles owned) {
        this.operator = operator;
        this.sessions = sessions;
        this.tokens = tokens;
        this.access = access;
        this.owned = owned;
    }

    /** What files own. */
    OwnedByFiles owned() {
        return owned;
    }

    /** Returns the handler of a route for anybody with a token of any kind; what the work returns is sent. */
    Handler anybody(String path, Work<Actor> work) {
        return (request, response) ->
                JsonResponses.send(response, work.of(actor(request), Parameters.of(request, path)));
    }

    /** Returns the handler of a route for people who are logged in; what the work returns is sent. */
    Handler person(String path, Work<Actor.Person> work) {
        return anybody(path, (actor, parameters) -> switch (actor) {
            case Actor.Person person -> work.of(person, parameters);
            case Actor.Token ignored -> throw onlyForPeople();
            case Actor.Operator ignored -> throw onlyForPeople();
        });
    }

    /**
     * Returns the handler of a route about an organization; what the work returns is sent.
     *
     * @param path has a part {@code {org}}
     * @param least the role it takes
     */
    Handler member(String path, Role least, Function<Call, JsonObjectBuilder> work) {
        return organization(path, least, this::membership, sending(work));
    }

    /** The same where what the work returns sends the answer. */
    Handler answering(String path, Role least, Function<Call, Consumer<ServerResponse>> work) {
        return organization(path, least, this::membership, work);
    }

    /**
     * The same for a path that names no organization: that which the parameter {@code organization} names, or else the only one of whoever
     * calls.
     */
    Handler answeringAnywhere(String path, Role least, Function<Call, Consumer<ServerResponse>> work) {
        return (request, response) -> {
            Actor actor = actor(request);
            Parameters parameters = Parameters.of(request, path);
            Membership membership = parameters
                    .text("organization")
                    .map(named -> membership(actor, named))
                    .orElseGet(() -> only(actor));
            Call call = new Call(request, actor, membership, parameters);
            call.require(least);
            work.apply(call).accept(response);
        };
    }

    private Membership only(Actor actor) {
        List<Membership> all = access.of(actor);
        if (all.size() != 1) {
            throw ApiException.invalid(
                    "organization",
                    "Say with the parameter 'organization' which of your %d organizations is meant, by its key."
                            .formatted(all.size()));
        }
        return all.getFirst();
    }

    /** The same about an organization that is closed. */
    Handler formerMember(String path, Role least, Function<Call, JsonObjectBuilder> work) {
        return organization(path, least, this::formerMembership, sending(work));
    }

    private static Function<Call, Consumer<ServerResponse>> sending(Function<Call, JsonObjectBuilder> work) {
        return call -> {
            JsonObjectBuilder fields = work.apply(call);
            return response -> JsonResponses.send(response, fields);
        };
    }

    private Handler organization(
            String path,
            Role least,
            BiFunction<Actor, String, Membership> membershipOf,
            Function<Call, Consumer<ServerResponse>> work) {
        return (request, response) -> {
            Actor actor = actor(request);
            Membership membership =
                    membershipOf.apply(actor, request.path().pathParameters().get("org"));
            String own = path.replace(
                    "{org}", Long.toString(membership.organization().id()));
            Call call = new Call(request, actor, membership, Parameters.of(request, own));
            call.require(least);
            work.apply(call).accept(response);
        };
    }

    /** Returns the actor's part in the organization that a text names. */
    Membership membership(Actor actor, String organization) {
        return access.find(actor, organization)
                .orElseThrow(() -> new ApiException(
                        403,
                        "forbidden",
                        closed(actor, organization)
                                .map(closed -> "%s is closed. 'webhookdb org reopen %s' opens it again, until %s."
                                        .formatted(
                                                closed.membership()
                                                        .organization()
                                                        .name(),
                                                closed.membership()
                                                        .organization()
                                                        .key(),
                                                closed.dropAt()))
                                .orElseGet(() -> notEntered(actor).formatted(organization))));
    }

    private static String notEntered(Actor actor) {
        return switch (actor) {
            case Actor.Person ignored ->
                "You are not a member of an organization '%s'. 'webhookdb org list' shows yours, and 'webhookdb org activate' chooses one.";
            case Actor.Token ignored ->
                "This token is not for an organization '%s'. 'webhookdb auth whoami' shows for which.";
            case Actor.Operator ignored -> "There is no organization '%s'. 'webhookdb org list' shows them.";
        };
    }

    private Optional<ClosedOrganization> closed(Actor actor, String organization) {
        return access.closed(actor).stream()
                .filter(closed -> closed.membership().organization().isCalled(organization))
                .findFirst();
    }

    private Membership formerMembership(Actor actor, String organization) {
        return closed(actor, organization)
                .map(ClosedOrganization::membership)
                .orElseThrow(() -> new ApiException(
                        403,
                        "forbidden",
                        "There is no closed organization '%s' of yours. 'webhookdb org list' shows those that can be opened again."
                                .formatted(organization)));
    }

    /** Returns on whose behalf a request is handled. */
    Actor actor(ServerRequest request) {
        String address = CallerAddress.of(request);
        return token(request)
                .flatMap(token -> known(token, address))
                .orElseThrow(() -> new ApiException(
                        401, "unauthenticated", "You are not logged in. Use 'webhookdb auth login' to get started."));
    }

    private Optional<Actor> known(String token, String address) {
        if (operator.is(token)) {
            return Optional.of(new Actor.Operator(address));
        }
        return tokens.find(token)
                .<Actor>map(found -> new Actor.Token(found, address))
                .or(() -> sessions.customer(token).map(customer -> new Actor.Person(customer, address)));
    }

    /** Returns the token that a request carries, of whatever kind. */
    static Optional<String> token(ServerRequest request) {
        return request.headers()
                .value(TOKEN)
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .or(() -> bearer(request));
    }

    /** Returns the token in the header {@code Authorization}. */
    static Optional<String> bearer(ServerRequest request) {
        return request.headers()
                .value(HeaderNames.AUTHORIZATION)
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
    }

    private static ApiException onlyForPeople() {
        return new ApiException(
                403,
                "permission_check",
                "This is for people: log in with 'webhookdb auth login'. A token, and the operator, have no account.");
    }

    /** What is done for somebody. */
    @FunctionalInterface
    interface Work<A extends Actor> {
        /** Does it. */
        JsonObjectBuilder of(A actor, Parameters parameters);
    }
}
