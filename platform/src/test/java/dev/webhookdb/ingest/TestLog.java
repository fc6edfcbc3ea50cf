package dev.webhookdb.ingest;

import dev.webhookdb.connector.TestSettings;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.IngestLoad;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The webhook log of one host, for tests of what comes behind it. */
public final class TestLog implements AutoCloseable {
    private final MemoryBudget memory = new MemoryBudget("webhooks", 64L << 20);
    private final ConcurrentLinkedQueue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Database platform;
    private final WebhookIds ids;
    private final WebhookLog log;

    /** @param platform where webhooks are logged; what is accepted is due at once */
    public TestLog(Database platform) {
        this.platform = platform;
        ids = new WebhookIds(platform, Duration.ofSeconds(5));
        log = new WebhookLog(
                platform,
                (id, endpoint, request) -> accepted.add(id),
                Duration.ZERO,
                new IngestLoad(),
                new BackgroundTasks(),
                Metrics.none().ingest());
    }

    /** Logs a genuine webhook. */
    public void accept(long endpoint, Instant receivedAt, String body) {
        append(endpoint, receivedAt, body, LogEntry.Verdict.ACCEPTED);
    }

    /** Logs one that is not. */
    public void reject(long endpoint, Instant receivedAt, String body) {
        append(endpoint, receivedAt, body, LogEntry.Verdict.REJECTED);
    }

    /** Logs one that is answered and says nothing. */
    public void answer(long endpoint, Instant receivedAt, String body) {
        append(endpoint, receivedAt, body, LogEntry.Verdict.ANSWERED);
    }

    /** Returns how many were accepted and handed over. */
    public int accepted() {
        return accepted.size();
    }

    /**
     * Logs several with one commit; what is accepted of them is not handed over.
     *
     * @param rejected whether each is
     */
    public void together(long endpoint, Instant receivedAt, boolean rejected, List<String> bodies) {
        List<LogRow> rows = bodies.stream()
                .map(body -> entry(
                        endpoint, receivedAt, body, rejected ? LogEntry.Verdict.REJECTED : LogEntry.Verdict.ACCEPTED))
                .map(LogRow::of)
                .toList();
        long[] numbers = ids.next(rows.size());
        platform.run(session -> LogRow.insert(session, rows, numbers, Duration.ZERO));
    }

    private void append(long endpoint, Instant receivedAt, String body, LogEntry.Verdict verdict) {
        LogEntry entry = entry(endpoint, receivedAt, body, verdict);
        try (MemoryBudget.Charge charge = memory.tryCharge(entry.size()).orElseThrow()) {
            log.append(entry, charge);
        }
    }

    private static LogEntry entry(long endpoint, Instant receivedAt, String body, LogEntry.Verdict verdict) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var to = new Endpoint(endpoint, "svi_" + endpoint, 1, "fixture", List.of(), TestSettings.NONE);
        Request request = Request.of(
                receivedAt.truncatedTo(ChronoUnit.MICROS), "POST", "https://example.org/path", Map.of(), bytes);
        return LogEntry.of(
                to,
                request,
                "/path",
                Body.of(bytes),
                verdict,
                verdict == LogEntry.Verdict.REJECTED ? Optional.of("It is not signed.") : Optional.empty());
    }

    @Override
    public void close() {
        log.close();
    }
}
