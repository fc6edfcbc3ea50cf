package dev.webhookdb.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Everything that is measured on one warm host. */
final class Measurement implements AutoCloseable {
    static final String SECRET = "whsec_benchmark";

    private static final int CONNECTIONS = 32;

    /** More than are acknowledged on the machines that this is for. */
    private static final int MOST_PER_SECOND = 20_000;

    private static final String DATABASE_SIZE = "select pg_database_size(current_database())";
    private static final String WAL_WRITTEN = "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint";

    private static final int STEADY_RATE = 1_000;

    /** A host that was busy until now compiles what it needs for small batches; what happens meanwhile does not count. */
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final HostProcess host;
    private final Made made;
    private final Made neighbour;
    private final Connection organization;
    private final Connection platform;
    private final String database;
    private final Path work;
    private final int seconds;
    private final Predicate<String> wanted;
    private final Report report;
    private long next;

    /**
     * What was made to measure with.
     *
     * @param url the read-only role's connection
     */
    record Made(String endpoint, String table, String url) {
        String path() {
            return "/v1/service_integrations/" + endpoint;
        }
    }

    /** @param neighbour another organization's, whose rows must not wait for the first one's */
    Measurement(
            HostProcess host,
            Made made,
            Made neighbour,
            String database,
            Path work,
            int seconds,
            Predicate<String> wanted,
            Report report)
            throws SQLException {
        this.host = host;
        this.made = made;
        this.neighbour = neighbour;
        this.organization = Postgres.readOnly(made);
        this.platform = new Postgres(database).connect();
        this.database = database;
        this.work = work;
        this.seconds = seconds;
        this.wanted = wanted;
        this.report = report;
    }

    @Override
    public void close() throws SQLException {
        organization.close();
        platform.close();
    }

    void run() throws Exception {
        Comparison.createTables(platform);
        report.figure("event.bytes", (double) new Events(SECRET, "b").body(1).length);
        endToEnd(Math.max(10, seconds / 2));
        if (wanted.test("steady")) {
            steady();
        }
        if (wanted.test("ingest")) {
            acknowledging(32, 0.9);
            acknowledging(64, 1.1);
        }
        if (wanted.test("rows")) {
            double upsert = pgbench("upsert", Comparison.upsertScript());
            double rows = watched("end_to_end", () -> endToEnd(seconds));
            upsert = (upsert + pgbench("upsert", Comparison.upsertScript())) / 2;
            double replayed = watched("replay", this::replay);
            report.figure("pgbench.upsert_tps", upsert);
            tuned("upsert", Comparison.upsertScript());
            report.figure("end_to_end.rows_per_s", rows);
            report.figure("replay.known_events_per_s", replayed);
            report.atLeast("end_to_end.rows_per_s / pgbench.upsert_tps", rows / upsert, 1.6);
            report.atLeast("replay.known_events_per_s / end_to_end.rows_per_s", replayed / rows, 2.0);
        }
    }

    private double watched(String name, Callable<Double> measurement) throws Exception {
        Cpu before = Cpu.now(host.pid());
        double value = measurement.call();
        System.out.printf(
                "# %s: processor time of %s%n", name, Cpu.now(host.pid()).since(before));
        return value;
    }

    /**
     * Runs with PostgreSQL's defaults, as an application would, before and after what it is compared with, half the time each, so that
     * a drift of the machine shows in both.
     */
    private double pgbench(String name, String script) {
        return pgbench(name, script, "pglz", Math.max(3, seconds / 2));
    }

    /** Says what an application would get that chose the better compression, as the host does. */
    private void tuned(String name, String script) {
        report.figure("pgbench." + name + "_lz4_tps", pgbench(name, script, "lz4", Math.max(3, seconds / 3)));
    }

    private double pgbench(String name, String script, String compression, int time) {
        String event = new String(new Events(SECRET, "b").body(1), StandardCharsets.UTF_8);
        return new Pgbench(database, work).run(name, script, event, time, compression);
    }

    /** Requests at full speed: how many are acknowledged, and how long it takes until the last of them is a row. */
    private void acknowledging(int connections, double bar) throws Exception {
        String name = "ingest.%d".formatted(connections);
        double insert = pgbench("insert", Comparison.insertScript());
        long size = Postgres.number(platform, DATABASE_SIZE);
        long wal = Postgres.number(platform, WAL_WRITTEN);
        long begun;
        long acknowledged;
        double perSecond;
        Cpu before;
        long[] latencies;
        long[] others;
        try (PreparedLoad load = PreparedLoad.of(load(), work, next, MOST_PER_SECOND * seconds);
                Neighbour other = Neighbour.start(host, neighbour, "n" + connections)) {
            before = Cpu.now(host.pid());
            begun = System.nanoTime();
            acknowledged = load.run(connections, TimeUnit.SECONDS.toNanos(seconds));
            perSecond = perSecond(acknowledged, begun);
            next += acknowledged;
            latencies = load.latencies();
            others = other.latencies();
        }
        long burst = System.nanoTime();
        drain();
        double last = (System.nanoTime() - burst) / 1e9;
        Cpu used = Cpu.now(host.pid());
        size = Postgres.number(platform, DATABASE_SIZE) - size;
        wal = Postgres.number(platform, WAL_WRITTEN) - wal;
        insert = (insert + pgbench("insert", Comparison.insertScript())) / 2;
        report.figure(name + ".pgbench_insert_tps", insert);
        report.figure(name + ".acked_per_s", perSecond);
        report.figure(name + ".host_us", 1e6 * (used.host() - before.host()) / acknowledged);
        report.figure(name + ".postgres_us", 1e6 * (used.postgres() - before.postgres()) / acknowledged);
        report.figure(name + ".generator_us", 1e6 * (used.load() - before.load()) / acknowledged);
        report.figure(name + ".wal_bytes", (double) wal / acknowledged);
        report.figure(name + ".log_bytes", (double) size / acknowledged);
        report.figure(name + ".ack_p50_ms", milliseconds(latencies, 0.5));
        report.atMost("ack.p99_ms, %d connections".formatted(connections), milliseconds(latencies, 0.99), 20);
        report.figure(name + ".neighbours_p50_ms", milliseconds(others, 0.5));
        report.atMost("neighbours.longest_ms, %d connections".formatted(connections), milliseconds(others, 1), 1_000);
        report.atMost(
                "burst.last_row_s of 97,000, %d connections".formatted(connections), 97_000 * last / acknowledged, 12);
        report.atLeast(
                "ingest.acked_per_s / pgbench.insert_tps, %d connections".formatted(connections),
                perSecond / insert,
                bar);
    }

    private double endToEnd(int time) throws Exception {
        EndToEnd.Rate rate =
                new EndToEnd(organization, made.table()).measure(load(), CONNECTIONS, next, Duration.ofSeconds(time));
        next += rate.acknowledged() + CONNECTIONS;
        return rate.perSecond();
    }

    private double replay() throws Exception {
        drain();
        long begun = System.nanoTime();
        String answer = host.operator("POST", "/organizations/benchmark/webhooks/replay", "{\"state\":\"done\"}");
        long count = Long.parseLong(answer.replaceAll(".*\"count\":([0-9]+).*", "$1"));
        drain();
        return perSecond(count, begun);
    }

    private void steady() throws Exception {
        Map<String, Long> sent = new ConcurrentHashMap<>();
        var events = new Events(SECRET, "r");
        List<Long> latencies = new ArrayList<>();
        long begun = System.nanoTime();
        var pace = new SteadyPace(begun, next, STEADY_RATE);
        long end = begun + WARM_UP.toNanos() + TimeUnit.SECONDS.toNanos(seconds);
        Thread loader = Thread.ofPlatform().start(() -> {
            long acknowledged = load().run(CONNECTIONS, pace.first(), number -> {
                pace.await(number);
                sent.put(events.id(number), System.nanoTime());
                return System.nanoTime() < end;
            });
            next += acknowledged + CONNECTIONS;
        });
        long resident = 0;
        try (var newer = new NewRows(organization, made.table())) {
            while (loader.isAlive() || System.nanoTime() < end + TimeUnit.SECONDS.toNanos(1)) {
                newer.look((id, now) -> {
                    Long at = sent.remove(id);
                    if (at != null && at - begun > WARM_UP.toNanos()) {
                        latencies.add(now - at);
                    }
                });
                resident = Math.max(resident, host.residentMegabytes());
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        report.figure("visible.events", (double) sorted.length);
        report.figure("visible.p50_ms", milliseconds(sorted, 0.5));
        report.atMost("visible.p99_ms", milliseconds(sorted, 0.99), 50);
        report.atMost("server.rss_mb", (double) resident, 512);
    }

    private HttpLoad load() {
        return new HttpLoad(host.port(), made.path(), SECRET, "r");
    }

    private void drain() throws Exception {
        // asked seldom and for one row only: counting a long queue would be most of what is measured
        while (Postgres.number(platform, "select count(*) from (select 1 from webhook_queue limit 1) as first") > 0) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static double perSecond(long number, long begun) {
        return (double) number / Duration.ofNanos(System.nanoTime() - begun).toMillis() * 1_000;
    }

    /** Returns a quantile of sorted nanoseconds. */
    private static double milliseconds(long[] sorted, double quantile) {
        return (double) sorted[(int) (quantile * (sorted.length - 1))] / 1_000_000;
    }
}
