package dev.webhookdb.observe;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is told of the queue of webhooks. Of many organizations, those whose oldest webhook is the oldest have a label of their own. */
public final class QueueMetrics {
    private static final int MOST = 20;

    private final MultiGauge depths;
    private final MultiGauge ages;

    /**
     * What waits of one organization.
     *
     * @param organization its number
     */
    public record Waiting(long organization, long webhooks, Duration oldest) {}

    /** What stands behind one value of the label. */
    private record Line(String organization, long webhooks, Duration oldest) {}

    QueueMetrics(Metrics metrics) {
        this.depths = metrics.gauges(Metric.QUEUE_DEPTH);
        this.ages = metrics.gauges(Metric.QUEUE_AGE);
    }

    /** Replaces what is told by what waits now; organizations of which nothing waits may be left out. */
    public void replace(List<Waiting> waiting) {
        List<Waiting> oldestFirst = waiting.stream()
                .sorted(Comparator.comparing(Waiting::oldest).reversed())
                .toList();
        List<Line> lines = new ArrayList<>();
        oldestFirst.stream()
                .limit(MOST)
                .map(one -> new Line(Long.toString(one.organization()), one.webhooks(), one.oldest()))
                .forEach(lines::add);
        List<Waiting> others = oldestFirst.stream().skip(MOST).toList();
        lines.add(new Line(
                BoundedLabel.OTHER,
                others.stream().mapToLong(Waiting::webhooks).sum(),
                others.stream()
                        .map(Waiting::oldest)
                        .max(Comparator.naturalOrder())
                        .orElse(Duration.ZERO)));
        depths.register(rows(Metric.QUEUE_DEPTH, lines, Line::webhooks), true);
        ages.register(rows(Metric.QUEUE_AGE, lines, line -> line.oldest().toMillis() / 1e3), true);
    }

    private static List<MultiGauge.Row<?>> rows(Metric metric, List<Line> lines, ToDoubleFunction<Line> value) {
        return lines.stream()
                .<MultiGauge.Row<?>>map(line -> MultiGauge.Row.of(
                        Tags.of(metric.labels().getFirst(), line.organization()), value.applyAsDouble(line)))
                .toList();
    }
}
