package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.Subscription;
import dev.webhookdb.notify.Subscriptions;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** What was and is sent to a notification, as the command line shows it, and has it sent again. Thread-safe. */
public final class NotificationDeliveryRoutes implements HttpService {
    private static final String ONE = SubscriptionHandlers.ONE;
    private static final String DELIVERY = "/deliveries/{delivery}";

    private final SubscriptionHandlers handlers;
    private final Outbox outbox;
    private final Audit audit;
    private final Clock clock;

    /** Shows deliveries, and has them sent again. */
    public NotificationDeliveryRoutes(
            RequestAuthorizer members, Subscriptions subscriptions, Outbox outbox, Audit audit, Clock clock) {
        this.handlers = new SubscriptionHandlers(members, subscriptions);
        this.outbox = outbox;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(ONE + "/test", handlers.one("/test", Role.MEMBER, this::test))
                .get(ONE + "/deliveries", handlers.one("/deliveries", Role.VIEWER, this::deliveries))
                .get(ONE + DELIVERY, handlers.one(DELIVERY, Role.VIEWER, this::delivery))
                .post(ONE + DELIVERY + "/retry", handlers.one(DELIVERY + "/retry", Role.MEMBER, this::retry))
                .post(ONE + "/retry", handlers.one("/retry", Role.MEMBER, this::retryFailed))
                .post(ONE + "/replay", handlers.one("/replay", Role.MEMBER, this::replay));
    }

    private JsonObjectBuilder test(Call call, Subscription one) {
        Outbox.Tried tried = outbox.test(one);
        String url = Subscriptions.shownUrl(one);
        if (tried.responseCode().isEmpty()) {
            throw new ApiException(
                    400,
                    "test_failed",
                    "The test event did not get to %s: %s"
                            .formatted(url, tried.error().orElse("it did not answer.")));
        }
        return SubscriptionAnswers.tried(tried)
                .with(
                        "message",
                        tried.delivered()
                                ? "A test event has been sent to %s.".formatted(url)
                                : "A test event has been sent to %s, which answered with the status %d."
                                        .formatted(url, tried.responseCode().getAsInt()));
    }

    private JsonObjectBuilder deliveries(Call call, Subscription one) {
        DeliveryPage page = DeliveryPage.of(outbox, one, call.parameters());
        return Prompts.list(
                        page.deliveries().stream()
                                .map(SubscriptionAnswers::delivery)
                                .toList(),
                        page.deliveries().isEmpty() ? "There are no such deliveries." : "",
                        List.of(
                                List.of("created_at", "Created At"),
                                List.of("id", "Id"),
                                List.of("event_type", "Event"),
                                List.of("event_id", "Event Id"),
                                List.of("status", "Status"),
                                List.of("attempts", "Attempts"),
                                List.of("response_code", "Code"),
                                List.of("response_time_ms", "Ms"),
                                List.of("error", "Error")))
                .with("has_more", page.next().isPresent())
                .with("next", page.next().orElse(""));
    }

    private JsonObjectBuilder delivery(Call call, Subscription one) {
        Outbox.Sent found = sent(call, one);
        return SubscriptionAnswers.delivery(found)
                .with("tried", SubscriptionAnswers.attempts(outbox.attempts(found)))
                .with("message", "");
    }

    private JsonObjectBuilder retry(Call call, Subscription one) {
        Outbox.Sent found = sent(call, one);
        outbox.retry(call.actor(), one, found);
        return SubscriptionHandlers.message("The delivery %s is tried again at once.".formatted(found.id()));
    }

    private Outbox.Sent sent(Call call, Subscription one) {
        String id = call.part("delivery");
        return outbox.find(one, id)
                .orElseThrow(() -> SubscriptionHandlers.forbidden(
                        "There is no delivery '%s'; 'webhookdb notification deliveries %s' shows them."
                                .formatted(id, one.opaqueId())));
    }

    private JsonObjectBuilder retryFailed(Call call, Subscription one) {
        long count = outbox.retryFailed(call.actor(), one);
        return SubscriptionHandlers.message(
                        count == 0 ? "No delivery failed." : "%d failed deliveries are tried again.".formatted(count))
                .with("count", count);
    }

    private JsonObjectBuilder replay(Call call, Subscription one) {
        Parameters parameters = call.parameters();
        Instant since =
                Times.parse("since", parameters.required("since", "Since when, for example 2026-01-31T12:00:00Z:"));
        Instant until =
                parameters.text("until").map(text -> Times.parse("until", text)).orElseGet(clock::instant);
        if (!since.isBefore(until)) {
            throw ApiException.invalid("since", "'since' must be earlier than 'until'.");
        }
        long count = outbox.count(one, since, until);
        if (count == 0) {
            return SubscriptionHandlers.message("There is no event in that time that this notification is told of.")
                    .with("count", 0);
        }
        // what is counted is what is asked about, however long the answer takes
        Parameters fixed = parameters.with("until", until.toString());
        fixed.confirm(
                "guard_confirm",
                "Press Enter to go on, or Ctrl-C to leave it:",
                "%d events from %s until %s will be sent to %s once more.\n"
                        .formatted(count, since, until, Subscriptions.shownUrl(one)));
        long begun = SubscriptionHandlers.replay(outbox, audit, call, one, since, until);
        return SubscriptionHandlers.message(
                        "%d events are being sent to %s once more.".formatted(begun, Subscriptions.shownUrl(one)))
                .with("count", begun);
    }
}
