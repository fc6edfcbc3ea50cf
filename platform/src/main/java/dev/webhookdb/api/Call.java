package dev.webhookdb.api;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Membership;
import dev.webhookdb.account.Organization;
import io.helidon.webserver.http.ServerRequest;

/** A member's request about an organization. */
record Call(ServerRequest request, Actor actor, Membership membership, Parameters parameters) {
    Organization organization() {
        return membership.organization();
    }

    /** Returns a variable part of the path, decoded. */
    String part(String name) {
        return request.path().pathParameters().get(name);
    }
}
