package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.declare.Kind;
import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.Subscription;
import dev.webhookdb.notify.SubscriptionException;
import dev.webhookdb.notify.SubscriptionException.Field;
import dev.webhookdb.notify.Subscriptions;
import io.helidon.webserver.http.Handler;
import java.time.Instant;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Handlers of the command line's routes about one subscription. Thread-safe. */
final class SubscriptionHandlers {
    static final String ALL = "/v1/organizations/{org}/webhook_subscriptions";
    static final String ONE = ALL + "/{id}";
    static final String INTEGRATION = "service_integration_identifier";
    static final String SECRET = "webhook_secret";

    /** What changes something that a file can say. */
    private static final Set<String> CHANGES = Set.of("/update", "/pause", "/resume", "/rotate_secret", "/delete");

    private final RequestAuthorizer members;
    private final Subscriptions subscriptions;

    SubscriptionHandlers(RequestAuthorizer members, Subscriptions subscriptions) {
        this.members = members;
        this.subscriptions = subscriptions;
    }

    /** Returns the handler of a route about the subscription that the path names, among those of the caller's organization only. */
    Handler one(String action, Role least, BiFunction<Call, Subscription, JsonObjectBuilder> work) {
        return members.member(ONE + action, least, refusing(call -> {
            String id = call.part("id");
            Subscription found = subscriptions
                    .find(call.organization(), id)
                    .orElseThrow(() -> forbidden(
                            "There is no notification '%s'; 'webhookdb notification list' shows them.".formatted(id)));
            if (isChange(action, found)) {
                members.owned().refuse(call, Kind.NOTIFICATION, found.opaqueId());
            }
            return work.apply(call.about("id", found.opaqueId()), found).about(found.opaqueId());
        }));
    }

    /** No file says that an endpoint that failed stays disabled. */
    private static boolean isChange(String action, Subscription one) {
        return CHANGES.contains(action) && !(action.equals("/resume") && one.status() == Subscription.Status.DISABLED);
    }

    /** Does what may be refused. */
    static Function<Call, JsonObjectBuilder> refusing(Function<Call, JsonObjectBuilder> work) {
        return call -> {
            try {
                return work.apply(call);
            } catch (SubscriptionException e) {
                throw SubscriptionTerms.refusal(e, 400, name(e.field()));
            }
        };
    }

    private static String name(Field field) {
        return switch (field) {
            case INTEGRATION -> INTEGRATION;
            case SECRET -> SECRET;
            case URL, EVENTS, COLUMNS, CONDITION, ORIGINS, RATE, CONCURRENCY, STATUS, GRACE, NUMBER ->
                SubscriptionTerms.name(field);
        };
    }

    /** Sends the events of a time once more, notes who wanted it, and returns how many there will be. */
    static long replay(Outbox outbox, Audit audit, Call call, Subscription one, Instant since, Instant until) {
        long count = outbox.replay(one, since, until);
        audit.note(
                call.actor(),
                call.organization().id(),
                "replay notifications",
                "%d events from %s until %s to %s".formatted(count, since, until, one.opaqueId()));
        return count;
    }

    static ApiException forbidden(String message) {
        return new ApiException(403, "forbidden", message);
    }

    static JsonObjectBuilder message(String message) {
        return new JsonObjectBuilder().with("message", message);
    }
}
