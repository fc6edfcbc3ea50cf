package dev.webhookdb.sync;

import dev.webhookdb.notify.Signatures;
import dev.webhookdb.notify.Subscription;
import dev.webhookdb.outbound.Delivered;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.outbound.RetryAfter;
import dev.webhookdb.sync.Progress.Page;
import dev.webhookdb.sync.SyncTarget.Receiver;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Brings one page to one receiver, once. Thread-safe. */
final class PageSender {
    private static final int KEPT = 16 << 10;
    private static final int SHOWN = 200;
    private static final String USER_AGENT = "WebhookDB-Sync/1.0";

    private final Outbound outbound;
    private final Signatures signatures;
    private final Clock clock;

    PageSender(Outbound outbound, Signatures signatures, Clock clock) {
        this.outbound = outbound;
        this.signatures = signatures;
        this.clock = clock;
    }

    /**
     * What came of it.
     *
     * @param error why it was not acknowledged: a sentence; empty if it was
     * @param wish for how long the receiver wants to be left alone
     */
    record Answer(Optional<String> error, Optional<Duration> wish, Duration took) {
        boolean isAcknowledged() {
            return error.isEmpty();
        }
    }

    /**
     * @param replay whether its rows may have been sent before
     * @param limit for how long the receiver may take
     * @param traceparent of the span that this is, if traces are wanted
     */
    Answer send(SyncTarget target, Page page, int attempt, boolean replay, Duration limit, Optional<String> traceparent)
            throws InterruptedException {
        Map<String, String> more = new LinkedHashMap<>();
        more.put("webhook-attempt", Integer.toString(attempt));
        if (replay) {
            more.put("webhook-replay", "true");
        }
        traceparent.ifPresent(header -> more.put("traceparent", header));
        return send(target.receiver(), page, limit, more);
    }

    /** Sends a page to somebody who is no target yet. */
    Answer send(Receiver receiver, Page page, Duration limit) throws InterruptedException {
        return send(receiver, page, limit, Map.of("webhook-attempt", "1"));
    }

    private Answer send(Receiver receiver, Page page, Duration limit, Map<String, String> more)
            throws InterruptedException {
        Instant now = clock.instant();
        var endpoint = new Subscription.Endpoint(
                receiver.url(), receiver.secret().orElseThrow(), Optional.empty(), Optional.empty());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", USER_AGENT);
        headers.put("Idempotency-Key", page.id());
        headers.putAll(signatures.headers(endpoint, page.id(), now, page.body()));
        headers.putAll(more);
        Delivered delivered = outbound.deliver(URI.create(receiver.url()), headers, page.body(), limit, KEPT);
        return switch (delivered) {
            case Delivered.Unanswered none -> new Answer(Optional.of(none.sentence()), Optional.empty(), none.took());
            case Delivered.Answered answer -> answer(answer, clock.instant());
        };
    }

    private static Answer answer(Delivered.Answered answer, Instant now) {
        if (answer.status() / 100 == 2) {
            return new Answer(Optional.empty(), Optional.empty(), answer.took());
        }
        String what = answer.status() / 100 == 3
                ? "The endpoint answered %d. Redirects are not followed.".formatted(answer.status())
                : "The endpoint answered %d%s".formatted(answer.status(), said(answer.body()));
        Optional<Duration> wish = answer.status() == 429 || answer.status() == 503
                ? answer.header("retry-after").flatMap(text -> RetryAfter.parse(text, now))
                : Optional.empty();
        return new Answer(Optional.of(what), wish, answer.took());
    }

    /** What somebody wrote for people; a page of HTML says less than the status. */
    private static String said(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}+", " ")
                .strip();
        if (text.isEmpty() || text.startsWith("<")) {
            return ".";
        }
        return ": " + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text);
    }
}
