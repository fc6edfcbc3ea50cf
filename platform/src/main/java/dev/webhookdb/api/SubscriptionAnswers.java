package dev.webhookdb.api;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.Subscription;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscriptions;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Subscriptions and their deliveries, as programs see them. */
final class SubscriptionAnswers {
    private static final Json NOTHING = new Json.Null();
    private static final MathContext THREE_DIGITS = new MathContext(3);

    private SubscriptionAnswers() {}

    /** Returns a subscription, without its secret. */
    static JsonObjectBuilder subscription(Subscription one, Optional<Integration> integration) {
        Filter filter = one.filter();
        Manner manner = one.manner();
        return new JsonObjectBuilder()
                .with("id", one.opaqueId())
                .with("url", Subscriptions.shownUrl(one))
                .withTexts("events", filter.events())
                .with("status", text(one.status()))
                .with("created_at", one.createdAt().toString())
                .with("status_reason", optional(one.statusReason()))
                .with("integration", optional(integration.map(Integration::opaqueId)))
                .withTexts("columns", filter.columns())
                .with("where", optional(filter.condition()))
                .withTexts("origins", filter.origins())
                .with("payload", text(manner.payload()))
                .with("ordered", manner.ordered())
                .with("send_secret", manner.sendsSecret())
                .with("patient", manner.patient())
                .with("rate", optional(manner.rate()))
                .with("concurrency", manner.concurrency())
                .with("created_by", one.createdBy())
                .with(
                        "old_secret_until",
                        optional(one.endpoint().oldSecretUntil().map(Instant::toString)));
    }

    /** Returns how one is doing. */
    static JsonObjectBuilder numbers(Outbox.Numbers numbers) {
        return new JsonObjectBuilder()
                .with("waiting", numbers.waiting())
                .with("oldest_seconds", numbers.oldestSeconds())
                .with(
                        "success_rate",
                        numbers.successRate()
                                .<Json>map(rate ->
                                        new Json.Num(BigDecimal.valueOf(rate).round(THREE_DIGITS)))
                                .orElse(NOTHING))
                .with("response_time_p50_ms", optional(numbers.p50()))
                .with("response_time_p99_ms", optional(numbers.p99()))
                .with("breaker", numbers.breaker())
                .with("next_attempt_at", optional(numbers.nextAttemptAt().map(Instant::toString)));
    }

    /** Returns what became of a made-up event. */
    static JsonObjectBuilder tried(Outbox.Tried tried) {
        return new JsonObjectBuilder()
                .with("id", tried.eventId())
                .with("status", tried.delivered() ? "delivered" : "failed")
                .with("response_code", optional(tried.responseCode()))
                .with("response_body", tried.responseBody())
                .with("response_time_ms", tried.milliseconds())
                .with("error", optional(tried.error()));
    }

    /** Returns a delivery. */
    static JsonObjectBuilder delivery(Outbox.Sent sent) {
        return new JsonObjectBuilder()
                .with("id", sent.id())
                .with("event_id", sent.eventId())
                .with("status", sent.status())
                .with("response_code", optional(sent.responseCode()))
                .with("response_time_ms", optional(sent.milliseconds()))
                .with("created_at", sent.createdAt().toString())
                .with("event_type", sent.eventType())
                .with("attempts", sent.attempts())
                .with("replay", sent.replay())
                .with("error", optional(sent.error()))
                .with("finished_at", optional(sent.finishedAt().map(Instant::toString)))
                .with("next_attempt_at", optional(sent.nextAttemptAt().map(Instant::toString)));
    }

    /** Returns attempts. */
    static List<JsonObjectBuilder> attempts(List<Outbox.Attempt> attempts) {
        return attempts.stream()
                .map(attempt -> new JsonObjectBuilder()
                        .with("number", attempt.number())
                        .with("started_at", attempt.startedAt().toString())
                        .with("response_code", optional(attempt.responseCode()))
                        .with("response_time_ms", attempt.milliseconds())
                        .with("request_id", optional(attempt.requestId()))
                        .with("error", optional(attempt.error()))
                        .with("response_body", attempt.answer()))
                .toList();
    }

    static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static Json optional(Optional<String> text) {
        return text.<Json>map(Json.Str::new).orElse(NOTHING);
    }

    private static Json optional(OptionalInt number) {
        return number.isPresent() ? new Json.Num(BigDecimal.valueOf(number.getAsInt())) : NOTHING;
    }
}
