package dev.webhookdb.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.Password;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanQueueTest {
    private static final String STRANGERS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Collector collector = new Collector();
    private final Metrics metrics = Metrics.start();

    @AfterEach
    void close() {
        collector.close();
        metrics.close();
    }

    @Test
    void a_collector_reads_what_was_told() {
        try (Tracing tracing = tracing(collector.url())) {
            tracing.webhook(1)
                    .root("webhook receive", SpanKind.SERVER, System.nanoTime() - 5_000_000)
                    .with("http.response.status_code", 503)
                    .with("webhookdb.service", "stripe_charge_v1")
                    .linkedTo(STRANGERS)
                    .failed("unavailable")
                    .close();
            await().until(() -> collector.spans().size() == 1);
        }

        CollectedSpan span = collector.spans().getFirst();
        assertThat(span.name()).isEqualTo("webhook receive");
        assertThat(span.kind()).isEqualTo(2);
        assertThat(span.parent()).isEmpty();
        assertThat(span.attributes())
                .containsEntry("http.response.status_code", "503")
                .containsEntry("webhookdb.service", "stripe_charge_v1")
                .containsEntry("error.type", "unavailable");
        assertThat(span.resource()).containsEntry("service.name", "hooks");
        assertThat(span.links()).containsExactly("0af7651916cd43dd8448eb211c80319c");
        assertThat(span.status()).isEqualTo(2);
        assertThat(span.ended() - span.begun()).isBetween(5_000_000L, 5_000_000_000L);
        assertThat(collector.headers().getFirst())
                .containsEntry("x-api-key", "key of a vendor")
                .containsEntry("content-type", "application/x-protobuf");
    }

    @Test
    void what_was_told_before_the_end_arrives() {
        try (Tracing tracing = tracing(collector.url())) {
            for (int i = 0; i < 1_000; i++) {
                tracing.webhook(i).span("webhook apply", SpanKind.INTERNAL).close();
            }
        }

        assertThat(collector.spans()).hasSize(1_000);
        assertThat(counted("sent")).isEqualTo(1_000);
    }

    @Test
    void what_a_collector_does_not_take_is_counted_and_the_next_goes_on() {
        collector.answering(500);
        try (Tracing tracing = tracing(collector.url())) {
            tracing.webhook(1).span("webhook apply", SpanKind.INTERNAL).close();
            await().until(() -> counted("dropped") == 1);
            collector.answering(200);
            tracing.webhook(2).span("webhook apply", SpanKind.INTERNAL).close();
            await().until(() -> collector.spans().size() == 1);
        }
    }

    @Test
    void a_collector_that_is_away_costs_a_counter() throws IOException {
        int nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        try (Tracing tracing = tracing("http://127.0.0.1:" + nobody)) {
            tracing.webhook(1).span("webhook apply", SpanKind.INTERNAL).close();
            await().until(() -> counted("dropped") == 1);
        }
    }

    @Test
    void a_collector_that_never_answers_holds_up_nobody() {
        var answering = new CountDownLatch(1);
        SpanSender stuck = new SpanSender() {
            @Override
            public Optional<String> send(List<FinishedSpan> spans, Duration patience) {
                try {
                    answering.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return Optional.of("stuck");
            }

            @Override
            public void close() {}
        };
        long begun = System.nanoTime();
        SpanQueue queue = SpanQueue.start(stuck, new BackgroundTasks(), metrics.traces());
        Tracing tracing = new Tracing(queue::offer, new byte[0], 1.0, queue::close);
        int told = 10_000;
        for (int i = 0; i < told; i++) {
            tracing.webhook(i).span("webhook apply", SpanKind.INTERNAL).close();
        }
        Duration telling = Duration.ofNanos(System.nanoTime() - begun);
        double dropped = counted("dropped");
        tracing.close();
        Duration all = Duration.ofNanos(System.nanoTime() - begun);
        answering.countDown();

        assertThat(telling).isLessThan(Duration.ofSeconds(2));
        assertThat(dropped).isGreaterThanOrEqualTo(told - 2.0 * SpanQueue.CAPACITY);
        assertThat(all).isLessThan(telling.plusSeconds(4));
    }

    private Tracing tracing(String url) {
        return Tracing.start(
                new Configuration.Traces(
                        URI.create(url + "/v1/traces"),
                        1.0,
                        Map.of("x-api-key", new Password("key of a vendor")),
                        "hooks"),
                new byte[] {1, 2, 3},
                new BackgroundTasks(),
                metrics.traces());
    }

    private double counted(String what) {
        return metrics.scrape()
                .orElseThrow()
                .lines()
                .filter(line -> line.startsWith("webhookdb_traces_%s_total ".formatted(what)))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
