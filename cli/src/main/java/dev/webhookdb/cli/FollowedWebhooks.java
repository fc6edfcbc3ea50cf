package dev.webhookdb.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Webhooks of the log as they come in. Each is shown when it is seen first, and again when something became of it.
 *
 * <p>The log is asked again and again from the oldest webhook on of which it is not known yet what becomes of it.
 */
final class FollowedWebhooks {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final String PENDING = "pending";

    /** Longer is not looked out for what becomes of one: it is retried, and 'logs' shows it. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Environment environment;
    private final OngoingList output;
    private final Function<String, Json> log;
    private final Map<String, String> shown = new HashMap<>();
    private Instant from;

    /**
     * @param since from when on; empty for now
     * @param log lists webhooks that were received at an instant or later, the newest first
     */
    FollowedWebhooks(Environment environment, Output output, Optional<String> since, Function<String, Json> log) {
        this.environment = environment;
        this.output = new OngoingList(environment, output);
        this.log = log;
        this.from = since.map(Instant::parse).orElseGet(environment.clock()::instant);
    }

    /** Goes on until the process is ended. */
    void run() {
        while (!Thread.currentThread().isInterrupted()) {
            look();
            rest();
        }
    }

    /** Shows what is new since the last look. */
    void look() {
        List<Json> webhooks = new ArrayList<>(log.apply(from.toString()).items("items")).reversed();
        List<Json> news = webhooks.stream()
                .filter(webhook -> !webhook.text("state").equals(shown.put(webhook.text("id"), webhook.text("state"))))
                .toList();
        if (!news.isEmpty()) {
            output.print(news);
        }
        from = next(webhooks);
        shown.keySet()
                .retainAll(webhooks.stream()
                        .filter(webhook -> !receivedAt(webhook).isBefore(from))
                        .map(webhook -> webhook.text("id"))
                        .toList());
    }

    private Instant next(List<Json> webhooks) {
        Instant oldest = environment.clock().instant().minus(PATIENCE);
        return webhooks.stream()
                .filter(webhook -> webhook.text("state").equals(PENDING))
                .map(FollowedWebhooks::receivedAt)
                .filter(at -> at.isAfter(oldest))
                .findFirst()
                .or(() -> webhooks.isEmpty() ? Optional.empty() : Optional.of(receivedAt(webhooks.getLast())))
                .orElse(from);
    }

    private static Instant receivedAt(Json webhook) {
        return Instant.parse(webhook.text("received_at"));
    }

    private static void rest() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
