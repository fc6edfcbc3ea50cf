package dev.webhookdb.api;

import dev.webhookdb.account.Closing;
import dev.webhookdb.account.Role;
import dev.webhookdb.declare.Kind;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The end of an organization, and the way back. Thread-safe. */
public final class ClosingRoutes implements HttpService {
    private static final String CLOSE = "/v1/organizations/{org}/close";
    private static final String REOPEN = "/v1/organizations/{org}/reopen";

    private final RequestAuthorizer members;
    private final Closing closing;

    /** Lets admins close and reopen. */
    public ClosingRoutes(RequestAuthorizer members, Closing closing) {
        this.members = members;
        this.closing = closing;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(CLOSE, members.member(CLOSE, Role.ADMIN, this::close))
                .post(REOPEN, members.formerMember(REOPEN, Role.ADMIN, this::reopen));
    }

    private JsonObjectBuilder close(Call call) {
        members.owned().refuse(call, Kind.ORGANIZATION, call.organization().key());
        Instant dropAt = closing.close(call.actor(), call.organization()).truncatedTo(ChronoUnit.SECONDS);
        return Prompts.complete(
                """
                The organization %1$s (%2$s) is closed: nobody gets in, and its webhooks are refused.
                Until %3$s an admin can open it again with 'webhookdb org reopen %2$s'.
                Then its database is dropped with everything in it.""".formatted(call.organization().name(), call.organization().key(), dropAt),
                LoginRoutes.organization(call.organization()).with("dropped_at", dropAt.toString()));
    }

    private JsonObjectBuilder reopen(Call call) {
        closing.reopen(call.actor(), call.organization());
        return LoginRoutes.organization(call.organization())
                .with(
                        "message",
                        "The organization %s is open again. What its providers changed meanwhile is being read."
                                .formatted(call.organization().key()));
    }
}
