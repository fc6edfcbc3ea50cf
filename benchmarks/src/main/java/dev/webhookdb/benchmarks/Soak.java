package dev.webhookdb.benchmarks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Whether anything piles up while webhooks come in at a steady rate for a long time: the heap, connections and dead rows of PostgreSQL, the
 * time until a webhook is acknowledged, and until its row is visible; and whether every webhook is a row at the end.
 *
 * <p>A sample is taken once a minute, and at least 24 times. The first fifth of the samples is left out, in which code is compiled and pools
 * are filled. For each quantity a line is put through the others, and a one-sided t-test says whether it rises: whether values that do not
 * rise would show such a slope in one of a hundred runs. Five quantities are tested, so that something seems to rise in about five of a hundred runs
 * of a host that is all right. What does rise, rises in the next run, too.
 *
 * <p>The test is fair only if samples do not depend on each other, and what is vacuumed or collected now and then does: it rises for a while and
 * falls at once. So each sample is taken in the trough. The heap is what is left by a full collection, which is asked for at the end of
 * each interval; what is answered or becomes visible in the second that this takes does not count. Of connections and dead rows, which
 * are looked at twice a second, it is the least in an interval, and an interval is no shorter than the time after which autovacuum looks at
 * each database, which is PostgreSQL's default of a minute in a run of 24 minutes or more, and made as short as the interval in a shorter one. A connection that
 * comes and goes, and dead rows that are vacuumed, are not in the trough; what leaks is.
 */
final class Soak {
    /** Java's serial collector moves objects together at every fourth full collection only; what it leaves lying at the others would count. */
    static final Map<String, String> SETTINGS = Map.of("WEBHOOKDB_JAVA_OPTS", "-XX:MarkSweepAlwaysCompactCount=1");

    private static final int SAMPLES = 24;
    private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);
    private static final Duration COLLECTION = Duration.ofSeconds(1);
    private static final Duration MOST_PATIENCE = Duration.ofMinutes(1);
    private static final String RUN = "k";

    /** What collections of all the heap leave, which is what is asked for here. */
    private static final String LIVE = "jvm_gc_live_data_size_bytes";

    private final HostProcess host;
    private final Measurement.Made made;
    private final Postgres postgres;
    private final Duration time;
    private final int rate;
    private final Report report;
    private final Queue<Long> visible = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;
    private boolean steady = true;

    private record Sample(
            double hours, double heap, double connections, double deadTuples, double acknowledged, double visible) {}

    /**
     * Creates it.
     *
     * @param postgres where everything is that the host has
     * @param rate webhooks a second
     */
    Soak(HostProcess host, Measurement.Made made, Postgres postgres, Duration time, int rate, Report report) {
        this.host = host;
        this.made = made;
        this.postgres = postgres;
        this.time = time;
        this.rate = rate;
        this.report = report;
    }

    /** Returns whether nothing rose, and nothing was lost. */
    boolean run() throws Exception {
        int count = Math.max(SAMPLES, (int) time.dividedBy(LONGEST_INTERVAL));
        Duration interval = time.dividedBy(count);
        vacuumWithin(interval);
        List<Sample> samples = new ArrayList<>();
        try (Connection organization = Postgres.readOnly(made);
                var watch = new PostgresWatch(postgres);
                var load = SteadyLoad.start(new HttpLoad(host.port(), made.path(), Measurement.SECRET, RUN), rate)) {
            Thread looking = look(load);
            long begun = System.nanoTime();
            try {
                for (int i = 1; i <= count; i++) {
                    samples.add(sample(begun, begun + interval.multipliedBy(i).toNanos(), watch, load));
                }
            } finally {
                ended = true;
                looking.join();
            }
            long sent = load.stop();
            long rows = rows(organization, sent);
            report.figure("soak.sent", (double) sent);
            none("soak.missing_rows", (double) Math.abs(sent - rows));
            tell(samples.subList((count + 4) / 5, count));
            return steady;
        }
    }

    private void vacuumWithin(Duration interval) throws SQLException {
        try (Connection connection = postgres.connect()) {
            Postgres.execute(
                    connection,
                    "alter system set autovacuum_naptime = '%ds'".formatted(Math.max(1, interval.toSeconds())));
            Postgres.execute(connection, "select pg_reload_conf()");
        }
    }

    /** Notes how long each row took, from when its webhook was due. */
    private Thread look(SteadyLoad load) {
        return Thread.ofPlatform().start(() -> {
            try (Connection organization = Postgres.readOnly(made);
                    var rows = new NewRows(organization, made.table())) {
                while (!ended) {
                    rows.look((id, now) -> visible.add((now - load.due(Events.number(id))) / 1_000));
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private Sample sample(long begun, long end, PostgresWatch watch, SteadyLoad load)
            throws SQLException, IOException, InterruptedException {
        long connections = Long.MAX_VALUE;
        long dead = Long.MAX_VALUE;
        while (System.nanoTime() < end - COLLECTION.toNanos()) {
            connections = Math.min(connections, watch.connections());
            dead = Math.min(dead, watch.deadTuples());
            TimeUnit.MILLISECONDS.sleep(500);
        }
        double acknowledged =
                p99(load.take().stream().map(SteadyLoad.Answer::microseconds).toList());
        double seen = p99(takeVisible());
        host.jcmd("GC.run");
        TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
        double heap = host.metric(LIVE) / (1 << 20);
        load.take();
        takeVisible();
        var sample = new Sample(
                (System.nanoTime() - begun) / (double) TimeUnit.HOURS.toNanos(1),
                heap,
                connections,
                dead,
                acknowledged,
                seen);
        System.out.printf(
                Locale.ROOT,
                "# soak, after %.1f min: heap %.2f MB, %d connections, %d dead tuples, p99 %.1f ms acknowledged, %.1f ms visible%n",
                sample.hours() * 60,
                heap,
                connections,
                dead,
                acknowledged,
                seen);
        return sample;
    }

    private List<Long> takeVisible() {
        List<Long> taken = new ArrayList<>();
        for (Long one = visible.poll(); one != null; one = visible.poll()) {
            taken.add(one);
        }
        return taken;
    }

    /** Returns milliseconds. */
    private static double p99(List<Long> microseconds) {
        if (microseconds.isEmpty()) {
            throw new IllegalStateException("For a whole interval nothing was acknowledged, or became visible");
        }
        return Statistics.quantile(
                microseconds.stream().mapToLong(Long::longValue).sorted().toArray(), 0.99);
    }

    /** Waits until every webhook is a row, or nobody would wait any longer. */
    private long rows(Connection organization, long expected) throws SQLException, InterruptedException {
        long patience = System.nanoTime() + MOST_PATIENCE.toNanos();
        long rows;
        do {
            TimeUnit.MILLISECONDS.sleep(200);
            rows = Postgres.number(organization, "select count(distinct stripe_id) from " + made.table());
        } while (rows < expected && System.nanoTime() < patience);
        return rows;
    }

    private void tell(List<Sample> samples) {
        trend("heap", "_mb", samples, Sample::heap);
        trend("connections", "", samples, Sample::connections);
        trend("dead_tuples", "", samples, Sample::deadTuples);
        trend("ack_p99", "_ms", samples, Sample::acknowledged);
        trend("visible_p99", "_ms", samples, Sample::visible);
    }

    private void trend(String name, String unit, List<Sample> samples, ToDoubleFunction<Sample> value) {
        String figure = "soak." + name;
        double[] values = samples.stream().mapToDouble(value).toArray();
        Trend trend = Trend.of(samples.stream().mapToDouble(Sample::hours).toArray(), values);
        report.figure(figure + unit, Statistics.median(values));
        report.figure(figure + unit + "_per_hour", trend.slope());
        none(figure + "_rises", trend.rises() ? 1 : 0);
    }

    private void none(String name, double value) {
        report.atMost(name, value, 0);
        steady &= value == 0;
    }
}
