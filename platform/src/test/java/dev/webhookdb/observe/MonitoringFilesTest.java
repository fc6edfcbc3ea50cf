package dev.webhookdb.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The dashboard and the rules that come along ask for what a host tells, and for nothing else. */
class MonitoringFilesTest {
    private static final Path FILES = Path.of("../distribution/src/main/deploy/monitoring");
    private static final Pattern SERIES = Pattern.compile("webhookdb_[a-z_]+(\\{[^}]*})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|=)\"([^\"]*)\"");
    private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");

    /** What Prometheus itself adds, and what a histogram's buckets have. */
    private static final Set<String> OTHERS = Set.of("instance", "job", "le");

    private final Metrics metrics = Metrics.start();
    private String scraped;

    @BeforeEach
    void measure() {
        scraped = Measured.everything(metrics);
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void the_rules_ask_for_what_there_is() throws IOException {
        List<String> expressions =
                rules().stream().map(rule -> rule.get("expr").toString()).toList();

        assertThat(expressions).hasSizeGreaterThan(10).allSatisfy(this::requireKnown);
    }

    @Test
    void each_rule_says_what_is_wrong_and_what_to_do() throws IOException {
        assertThat(rules()).allSatisfy(rule -> {
            assertThat(rule.get("alert").toString()).startsWith("Webhookdb");
            assertThat(rule.get("labels").toString()).containsPattern("severity=(critical|warning|info)");
            assertThat(rule.get("annotations").toString()).contains("summary=", "description=");
        });
    }

    @Test
    void the_dashboard_asks_for_what_there_is() throws IOException {
        List<Json> panels = JsonReader.read(Files.readAllBytes(FILES.resolve("dashboard.json")))
                .items("panels");
        List<String> expressions = panels.stream()
                .flatMap(panel -> panel.items("targets").stream())
                .map(target -> target.text("expr").orElseThrow())
                .toList();

        assertThat(expressions).hasSizeGreaterThan(25).allSatisfy(this::requireKnown);
        assertThat(panels)
                .filteredOn(panel -> panel.text("type").filter("row"::equals).isEmpty())
                .allSatisfy(panel ->
                        assertThat(panel.text("description").orElseThrow()).endsWith("."));
    }

    @Test
    void every_metric_is_on_the_dashboard_or_in_a_rule_or_told_by_another() throws IOException {
        String both =
                Files.readString(FILES.resolve("dashboard.json")) + Files.readString(FILES.resolve("alerts.yaml"));
        Set<Metric> told = Set.of(
                Metric.INGEST_VERIFICATION,
                Metric.INGEST_COMMIT_SIZE,
                Metric.APPLY_BATCH,
                Metric.APPLY_BATCH_SIZE,
                Metric.BACKFILL_PAGES,
                Metric.BACKFILL_WAIT,
                Metric.TASK_RUNS);

        assertThat(Metric.values())
                .filteredOn(metric -> !told.contains(metric))
                .allSatisfy(metric -> assertThat(both).contains(metric.id().replace('.', '_')));
    }

    private void requireKnown(String expression) {
        Matcher series = SERIES.matcher(expression);
        Set<String> labels = new HashSet<>(OTHERS);
        while (series.find()) {
            String name = series.group().replaceFirst("\\{.*", "");
            Metric metric = metric(name);
            labels.addAll(metric.labels());
            assertThat(scraped).as(expression).contains("\n" + name);
            Matcher matchers = MATCHER.matcher(series.group());
            while (matchers.find()) {
                requireValues(metric, matchers.group(1), matchers.group(3));
            }
        }
        Matcher grouped = GROUPED.matcher(expression);
        while (grouped.find()) {
            assertThat(labels)
                    .as(expression)
                    .containsAll(List.of(grouped.group(1).split(", ")));
        }
    }

    private void requireValues(Metric metric, String label, String values) {
        if (OTHERS.contains(label)) {
            return;
        }
        assertThat(metric.labels()).as(metric.id()).contains(label);
        for (String value : values.split("\\|", -1)) {
            assertThat(scraped)
                    .containsPattern(
                            "%s[a-z_]*\\{[^}]*%s=\"%s\"".formatted(metric.id().replace('.', '_'), label, value));
        }
    }

    private static Metric metric(String series) {
        return Arrays.stream(Metric.values())
                .filter(metric -> Stream.of("", "_seconds", "_total")
                        .map(unit -> metric.id().replace('.', '_') + unit)
                        .flatMap(name -> Stream.of(name, name + "_count", name + "_sum", name + "_bucket"))
                        .anyMatch(series::equals))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No metric is called " + series));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rules() throws IOException {
        Map<String, List<Map<String, Object>>> file = new Yaml().load(Files.readString(FILES.resolve("alerts.yaml")));
        return file.get("groups").stream()
                .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                .collect(Collectors.toList());
    }
}
