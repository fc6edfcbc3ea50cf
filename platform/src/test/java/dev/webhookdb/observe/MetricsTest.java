package dev.webhookdb.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {
    private static final int MANY = 10_000;

    private final Metrics metrics = Metrics.start();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void every_metric_is_in_the_manual_with_its_labels_and_meaning() throws IOException {
        List<String> manual = Files.readAllLines(Path.of("../docs/operating.md"));

        assertThat(manual)
                .containsSubsequence(Arrays.stream(Metric.values())
                        .map(metric -> "| `%s` | %s | %s | %s |"
                                .formatted(
                                        exposed(metric),
                                        type(metric),
                                        metric.labels().stream()
                                                .map("`%s`"::formatted)
                                                .collect(Collectors.joining(", ")),
                                        metric.meaning()))
                        .toList());
    }

    @Test
    void what_is_measured_has_the_name_that_the_manual_tells() {
        String text = Measured.everything(metrics);

        assertThat(Metric.values()).allSatisfy(metric -> assertThat(text).contains("# TYPE " + exposed(metric) + " "));
        assertThat(text)
                .contains("webhookdb_ingest_commit_size_sum 7.0")
                .contains("webhookdb_apply_delay_seconds_sum 3.0")
                .contains("webhookdb_pool_connections{pool=\"platform\",state=\"in_use\"} 2.0")
                .contains("webhookdb_pool_connections{pool=\"platform\",state=\"idle\"} 1.0")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void ten_thousand_hosts_have_a_few_labels() {
        OutboundMetrics outbound = metrics.outbound();
        for (int i = 0; i < MANY; i++) {
            outbound.provider("api.provider%d.example".formatted(i), Optional.of(200 + i % 400), 1);
            outbound.provider("shop-%d.myshopify.com".formatted(i), Optional.empty(), 1);
        }

        assertThat(values("webhookdb_outbound_requests_seconds_count", "host"))
                .hasSizeLessThanOrEqualTo(51)
                .contains("myshopify.com", "other")
                .noneMatch(host -> host.contains("shop-"));
        assertThat(metrics.scrape().orElseThrow().lines().count()).isLessThan(10_000);
    }

    @Test
    void ten_thousand_organizations_have_a_few_labels_and_those_that_wait_longest_their_own() {
        QueueMetrics queue = metrics.queue();

        queue.replace(LongStream.rangeClosed(1, MANY)
                .mapToObj(id -> new QueueMetrics.Waiting(id, 2, Duration.ofSeconds(id)))
                .toList());

        assertThat(values("webhookdb_apply_queue_depth", "organization"))
                .hasSize(21)
                .contains("10000", "9981", "other");
        assertThat(metrics.scrape().orElseThrow())
                .contains("webhookdb_apply_queue_depth{organization=\"other\"} 19960.0")
                .contains("webhookdb_apply_queue_age_seconds{organization=\"10000\"} 10000.0");

        queue.replace(List.of(new QueueMetrics.Waiting(3, 5, Duration.ofSeconds(1))));

        assertThat(values("webhookdb_apply_queue_depth", "organization")).containsExactlyInAnyOrder("3", "other");
    }

    @Test
    void ten_thousand_tasks_have_a_few_labels() {
        var tasks = new BackgroundTasks(metrics.tasks());
        for (int i = 0; i < MANY; i++) {
            tasks.attempt("task-" + i, () -> {});
        }

        assertThat(values("webhookdb_task_runs_seconds_count", "task"))
                .hasSizeLessThanOrEqualTo(101)
                .contains("other");
    }

    @Test
    void a_task_that_fails_is_counted_and_its_last_success_stays() {
        var tasks = new BackgroundTasks(metrics.tasks());
        tasks.attempt("mail", () -> {});
        String before = line("webhookdb_task_last_success_seconds{task=\"mail\"}");

        tasks.attempt("mail", () -> {
            throw new IllegalStateException("no server");
        });

        assertThat(line("webhookdb_task_last_success_seconds{task=\"mail\"}")).isEqualTo(before);
        assertThat(line("webhookdb_task_runs_seconds_count{outcome=\"failed\",task=\"mail\"}"))
                .endsWith(" 1");
    }

    @ParameterizedTest
    @CsvSource({
        "api.stripe.com, stripe.com",
        "STRIPE.com, stripe.com",
        "acme.myshopify.com, myshopify.com",
        "localhost, localhost",
        "127.0.0.1, address",
        "::1, address",
        "[fd00::1], address"
    })
    void a_host_is_told_without_what_tells_tenants_apart(String host, String told) {
        assertThat(OutboundMetrics.domain(host)).isEqualTo(told);
    }

    @Test
    void where_nothing_is_measured_there_is_nothing_to_tell_and_nothing_fails() {
        try (Metrics none = Metrics.none()) {
            none.ingest().received(IngestMetrics.Outcome.ACCEPTED, 1);
            none.queue().replace(List.of(new QueueMetrics.Waiting(1, 1, Duration.ZERO)));
            none.outbound().errorHandler(Optional.empty(), 1);

            assertThat(none.scrape()).isEmpty();
        }
    }

    private List<String> values(String name, String label) {
        String before = label + "=\"";
        return metrics.scrape()
                .orElseThrow()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .map(line -> line.substring(line.indexOf(before) + before.length()))
                .map(rest -> rest.substring(0, rest.indexOf('"')))
                .distinct()
                .toList();
    }

    private String line(String beginning) {
        return metrics.scrape()
                .orElseThrow()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElse("");
    }

    private static String exposed(Metric metric) {
        String name = metric.id().replace('.', '_');
        return switch (metric.kind()) {
            case TIMER -> name + "_seconds";
            case COUNTER -> name + "_total";
            case GAUGE, SUMMARY -> name;
        };
    }

    private static String type(Metric metric) {
        return switch (metric.kind()) {
            case TIMER, SUMMARY -> "histogram";
            case COUNTER -> "counter";
            case GAUGE -> "gauge";
        };
    }
}
