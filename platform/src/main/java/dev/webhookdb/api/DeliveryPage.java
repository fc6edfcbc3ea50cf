package dev.webhookdb.api;

import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.Subscription;
import java.util.List;
import java.util.Optional;

/**
 * A page of a subscription's deliveries, the newest first, as a request asks for it.
 *
 * @param next the id before which the next page begins; empty if there is none
 */
record DeliveryPage(List<Outbox.Sent> deliveries, Optional<String> next) {
    private static final List<String> STATUSES = List.of("pending", "delivered", "failed");
    private static final int USUAL = 50;
    private static final String PREFIX = "del_";
    private static final int RADIX = 36;

    static DeliveryPage of(Outbox outbox, Subscription subscription, Parameters parameters) {
        int limit = parameters.text("limit").map(LoggedWebhooks::limit).orElse(USUAL);
        List<Outbox.Sent> found = outbox.list(
                subscription,
                parameters.text("status").map(DeliveryPage::status),
                parameters.text("type"),
                parameters.text("before").map(DeliveryPage::number).orElse(Long.MAX_VALUE),
                limit);
        return new DeliveryPage(
                found,
                found.size() < limit
                        ? Optional.empty()
                        : Optional.of(found.getLast().id()));
    }

    private static String status(String text) {
        if (!STATUSES.contains(text)) {
            throw ApiException.invalid(
                    "status", "There is no status '%s'; there are %s.".formatted(text, String.join(", ", STATUSES)));
        }
        return text;
    }

    private static long number(String id) {
        try {
            if (id.startsWith(PREFIX)) {
                return Long.parseLong(id.substring(PREFIX.length()), RADIX);
            }
        } catch (NumberFormatException e) {
            throw noId(id);
        }
        throw noId(id);
    }

    private static ApiException noId(String id) {
        return ApiException.invalid(
                "before", "'%s' is no delivery's id: take what 'next' says of the page before.".formatted(id));
    }
}
