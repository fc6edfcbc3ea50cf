package dev.webhookdb.api;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Membership;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Role;
import io.helidon.webserver.http.ServerRequest;

/** A member's request about an organization. */
record Call(ServerRequest request, Actor actor, Membership membership, Parameters parameters) {
    Organization organization() {
        return membership.organization();
    }

    /** Returns the name under which it is remembered who did something. */
    String author() {
        return actor.name();
    }

    /** Returns the same about a thing that a variable part of the path names, as answers to questions are to name it. */
    Call about(String part, String id) {
        return new Call(
                request, actor, membership, parameters.at(parameters.path().replace("{%s}".formatted(part), id)));
    }

    /** Returns a variable part of the path, decoded. */
    String part(String name) {
        return request.path().pathParameters().get(name);
    }

    /** Refuses what takes another role than the caller's. */
    void require(Role least) {
        if (!membership.role().includes(least)) {
            throw new ApiException(
                    403,
                    "permission_check",
                    "This takes the role %s in %s, and yours is %s. Ask an admin of it."
                            .formatted(
                                    least.text(),
                                    organization().name(),
                                    membership.role().text()));
        }
    }
}
