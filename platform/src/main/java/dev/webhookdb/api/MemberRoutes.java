package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Customer;
import dev.webhookdb.account.Membership;
import dev.webhookdb.account.Memberships;
import dev.webhookdb.account.Role;
import dev.webhookdb.account.Sessions;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.function.Function;

/**
 * The way from a request to its handler: who is calling, in which organization, and whether they may. Thread-safe.
 *
 * <p>An organization that does not exist and one that is somebody else's are refused alike.
 */
public final class MemberRoutes {
    private static final HeaderName TOKEN = HeaderNames.create("Whdb-Auth-Token");
    private static final String BEARER = "Bearer ";

    private final Sessions sessions;
    private final Memberships memberships;

    /** Knows people by their sessions, and what they may do by their memberships. */
    public MemberRoutes(Sessions sessions, Memberships memberships) {
        this.sessions = sessions;
        this.memberships = memberships;
    }

    /** Returns the handler of a route for anybody who is logged in; what the work returns is sent. */
    Handler person(String path, PersonalWork work) {
        return (request, response) -> {
            Audit.Actor actor = actor(request);
            Answers.send(response, work.of(actor, Parameters.of(request, path)));
        };
    }

    /**
     * Returns the handler of a route about an organization; what the work returns is sent.
     *
     * @param path has a part {@code {org}}
     * @param least the role it takes
     */
    Handler member(String path, Role least, Function<Call, Fields> work) {
        return (request, response) -> {
            Audit.Actor actor = actor(request);
            Membership membership =
                    membership(actor, request.path().pathParameters().get("org"));
            String own = path.replace(
                    "{org}", Long.toString(membership.organization().id()));
            Call call = new Call(request, actor, membership, Parameters.of(request, own));
            call.require(least);
            Answers.send(response, work.apply(call));
        };
    }

    /** Returns a customer's membership in the organization that a text names. */
    Membership membership(Audit.Actor actor, String organization) {
        return memberships
                .find(actor.customer(), organization)
                .orElseThrow(() -> new RefusedException(
                        403,
                        "forbidden",
                        "You are not a member of an organization '%s'. 'webhookdb org list' shows yours, and 'webhookdb org activate' chooses one."
                                .formatted(organization)));
    }

    /** Returns what is worked on behalf of. */
    Audit.Actor actor(ServerRequest request) {
        Customer customer = token(request)
                .flatMap(sessions::customer)
                .orElseThrow(() -> new RefusedException(
                        401, "unauthenticated", "You are not logged in. Use 'webhookdb auth login' to get started."));
        return new Audit.Actor(customer, address(request));
    }

    /** Returns the token of a session, if a request carries one. */
    static Optional<String> token(ServerRequest request) {
        return request.headers()
                .value(TOKEN)
                .filter(token -> !token.isBlank())
                .or(() -> request.headers()
                        .value(HeaderNames.AUTHORIZATION)
                        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                        .map(value -> value.substring(BEARER.length())))
                .map(String::strip);
    }

    /** Returns the network address a request came from. */
    static String address(ServerRequest request) {
        return request.remotePeer().host();
    }

    /** What is done for somebody who is logged in. */
    @FunctionalInterface
    interface PersonalWork {
        /** Does it. */
        Fields of(Audit.Actor actor, Parameters parameters);
    }
}
