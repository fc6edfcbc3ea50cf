package dev.webhookdb.api;

import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.notify.Subscription.Status;
import dev.webhookdb.notify.SubscriptionException;
import dev.webhookdb.notify.SubscriptionException.Field;
import dev.webhookdb.notify.Subscriptions.Terms;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a request says of a subscription, laid over what there is; and how a refusal names it. */
final class SubscriptionTerms {
    /** The parts that can be given to a new one, and changed later. */
    static final Set<String> PARTS = Set.of(
            "url",
            "events",
            "columns",
            "where",
            "origins",
            "payload",
            "ordered",
            "send_secret",
            "patient",
            "rate",
            "concurrency",
            "status");

    private SubscriptionTerms() {}

    /** Returns what a new one is where nothing is said. */
    static Terms fresh(List<String> events) {
        return new Terms(
                "", new Filter(events, List.of(), Optional.empty(), List.of()), Manner.STANDARD, Status.ACTIVE);
    }

    /** Returns what there is with what is said. */
    static Terms over(Terms there, Said said) {
        Filter filter = there.filter();
        return new Terms(
                said.names("url") ? said.text("url").orElse("") : there.url(),
                new Filter(
                        said.names("events") ? said.texts("events") : filter.events(),
                        said.names("columns") ? said.texts("columns") : filter.columns(),
                        said.names("where") ? said.text("where") : filter.condition(),
                        said.names("origins") ? said.texts("origins") : filter.origins()),
                manner(there.manner(), said),
                said.names("status") ? status(said.text("status").orElse("")) : there.status());
    }

    private static Manner manner(Manner there, Said said) {
        return new Manner(
                said.names("payload") ? payload(said.text("payload").orElse("auto")) : there.payload(),
                said.names("ordered") ? said.flag("ordered") : there.ordered(),
                said.names("send_secret") ? said.flag("send_secret") : there.sendsSecret(),
                said.names("patient") ? said.flag("patient") : there.patient(),
                said.names("rate") ? said.number("rate") : there.rate(),
                said.names("concurrency")
                        ? said.number("concurrency").orElse(Manner.STANDARD.concurrency())
                        : there.concurrency());
    }

    private static Payload payload(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "full" -> Payload.FULL;
            case "thin" -> Payload.THIN;
            case "auto" -> Payload.AUTO;
            default -> throw ApiException.invalid("payload", "'payload' must be full, thin or auto.");
        };
    }

    private static Status status(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "active" -> Status.ACTIVE;
            case "paused" -> Status.PAUSED;
            case "disabled" -> Status.DISABLED;
            default -> throw ApiException.invalid("status", "'status' must be active or paused.");
        };
    }

    /** Returns the name of a part in requests. */
    static String name(Field field) {
        return switch (field) {
            case CONDITION -> "where";
            case GRACE -> "grace_seconds";
            case INTEGRATION, URL, SECRET, EVENTS, COLUMNS, ORIGINS, RATE, CONCURRENCY, STATUS, NUMBER ->
                field.name().toLowerCase(Locale.ROOT);
        };
    }

    /**
     * Returns the refusal of what cannot be.
     *
     * @param status of what says something wrong
     * @param name of what is wrong
     */
    static ApiException refusal(SubscriptionException e, int status, String name) {
        if (e.field() == Field.NUMBER) {
            return new ApiException(409, "conflict", e.getMessage());
        }
        return ApiException.invalid(status, name, e.getMessage());
    }
}
