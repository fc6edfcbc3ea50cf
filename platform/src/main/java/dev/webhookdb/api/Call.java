package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Membership;
import dev.webhookdb.account.Organization;
import io.helidon.webserver.http.ServerRequest;

/** A member's request about an organization. */
record Call(ServerRequest request, Audit.Actor actor, Membership membership, Parameters parameters) {
    Organization organization() {
        return membership.organization();
    }

    /** Returns the name under which it is remembered who did something. */
    String author() {
        return actor.customer().email();
    }

    /** Returns a variable part of the path, decoded. */
    String part(String name) {
        return request.path().pathParameters().get(name);
    }
}
