package dev.webhookdb.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What a host measures of itself. Features are given the part that is theirs, which makes its meters once: measuring takes some ten
 * nanoseconds. Thread-safe.
 *
 * <p>Labels have values of ours, or few of somebody else's. Nothing that names a tenant or may be secret is one.
 */
public final class Metrics implements AutoCloseable {
    private static final Duration[] LIMITS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(10)
    };

    private final MeterRegistry registry;
    private final Optional<PrometheusMeterRegistry> prometheus;
    private final Optional<JvmGcMetrics> collections;

    private Metrics(
            MeterRegistry registry, Optional<PrometheusMeterRegistry> prometheus, Optional<JvmGcMetrics> collections) {
        this.registry = registry;
        this.prometheus = prometheus;
        this.collections = collections;
    }

    /** Begins to measure, this process included. */
    public static Metrics start() {
        var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var collections = new JvmGcMetrics();
        collections.bindTo(prometheus);
        new JvmMemoryMetrics().bindTo(prometheus);
        new JvmThreadMetrics().bindTo(prometheus);
        new ClassLoaderMetrics().bindTo(prometheus);
        new ProcessorMetrics().bindTo(prometheus);
        new FileDescriptorMetrics().bindTo(prometheus);
        new UptimeMetrics().bindTo(prometheus);
        return new Metrics(prometheus, Optional.of(prometheus), Optional.of(collections));
    }

    /** Measures nothing, and costs next to nothing. */
    public static Metrics none() {
        return new Metrics(new CompositeMeterRegistry(), Optional.empty(), Optional.empty());
    }

    /** Returns what was measured, in Prometheus' text format; empty if nothing is measured. */
    public Optional<String> scrape() {
        return prometheus.map(PrometheusMeterRegistry::scrape);
    }

    /** Returns what receiving webhooks tells. */
    public IngestMetrics ingest() {
        return new IngestMetrics(this);
    }

    /** Returns what the journal of webhooks tells. */
    public JournalMetrics journal() {
        return new JournalMetrics(this);
    }

    /** Returns what storing what webhooks say tells. */
    public ApplyMetrics apply() {
        return new ApplyMetrics(this);
    }

    /** Returns what is told of the queue of webhooks. */
    public QueueMetrics queue() {
        return new QueueMetrics(this);
    }

    /** Returns what the auditor of webhooks tells. */
    public AuditMetrics audit() {
        return new AuditMetrics(this);
    }

    /** Returns what storing in tables tells. */
    public StoreMetrics store() {
        return new StoreMetrics(this);
    }

    /** Returns what listing providers tells. */
    public BackfillMetrics backfill() {
        return new BackfillMetrics(this);
    }

    /** Returns what outgoing requests tell. */
    public OutboundMetrics outbound() {
        return new OutboundMetrics(this);
    }

    /** Returns what delivering events tells. */
    public NotifyMetrics notifications() {
        return new NotifyMetrics(this);
    }

    /** Returns what making events and deliveries of changes tells. */
    public DispatchMetrics dispatching() {
        return new DispatchMetrics(this);
    }

    /** Returns what syncs tell. */
    public SyncMetrics syncs() {
        return new SyncMetrics(this);
    }

    /** Returns what sending traces tells. */
    public TraceMetrics traces() {
        return new TraceMetrics(this);
    }

    /** Returns what background tasks tell. */
    public TaskMetrics tasks() {
        return new TaskMetrics(this);
    }

    /** Returns what the connections of a kind tell. */
    public PoolMetrics pool(String kind) {
        return new PoolMetrics(this, kind);
    }

    /** Shows how much of each budget is in use. */
    public void watch(MemoryBudgets budgets) {
        watch("received", budgets.received());
        watch("waiting", budgets.waiting());
        watch("trees", budgets.trees());
        watch("requests", budgets.requests());
        watch("results", budgets.results());
        watch("pages", budgets.pages());
    }

    private void watch(String name, MemoryBudget budget) {
        gauge(Metric.MEMORY_CAPACITY, budget, MemoryBudget::capacity, name);
        gauge(Metric.MEMORY_CHARGED, budget, MemoryBudget::charged, name);
    }

    /** @param values of the labels, in their order */
    Timer timer(Metric metric, String... values) {
        return Timer.builder(metric.id())
                .description(metric.meaning())
                .serviceLevelObjectives(LIMITS)
                .tags(tags(metric, values))
                .register(registry);
    }

    Counter counter(Metric metric, String... values) {
        return Counter.builder(metric.id())
                .description(metric.meaning())
                .tags(tags(metric, values))
                .register(registry);
    }

    DistributionSummary summary(Metric metric, String... values) {
        return DistributionSummary.builder(metric.id())
                .description(metric.meaning())
                .serviceLevelObjectives(1, 2, 5, 10, 50, 100, 250, 500)
                .tags(tags(metric, values))
                .register(registry);
    }

    /** Keeps what is asked from being collected; two that have the same labels are one. */
    <T> void gauge(Metric metric, T asked, ToDoubleFunction<T> value, String... values) {
        Gauge.builder(metric.id(), asked, value)
                .description(metric.meaning())
                .tags(tags(metric, values))
                .strongReference(true)
                .register(registry);
    }

    MultiGauge gauges(Metric metric) {
        return MultiGauge.builder(metric.id()).description(metric.meaning()).register(registry);
    }

    /** A timer for each constant, with its name as the last label. */
    <E extends Enum<E>> Map<E, Timer> timers(Metric metric, Class<E> constants, String... values) {
        return each(constants, constant -> timer(metric, with(values, label(constant))));
    }

    /** A counter for each constant, with its name as the only label. */
    <E extends Enum<E>> Map<E, Counter> counters(Metric metric, Class<E> constants) {
        return each(constants, constant -> counter(metric, label(constant)));
    }

    static <E extends Enum<E>, T> Map<E, T> each(Class<E> constants, Function<E, T> made) {
        Map<E, T> all = new EnumMap<>(constants);
        for (E constant : constants.getEnumConstants()) {
            all.put(constant, made.apply(constant));
        }
        return all;
    }

    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String[] with(String[] values, String last) {
        String[] all = Arrays.copyOf(values, values.length + 1);
        all[values.length] = last;
        return all;
    }

    private static String[] tags(Metric metric, String... values) {
        if (values.length != metric.labels().size()) {
            throw new IllegalArgumentException("%s has the labels %s".formatted(metric, metric.labels()));
        }
        String[] tags = new String[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            tags[2 * i] = metric.labels().get(i);
            tags[2 * i + 1] = values[i];
        }
        return tags;
    }

    @Override
    public void close() {
        collections.ifPresent(JvmGcMetrics::close);
        registry.close();
    }
}
