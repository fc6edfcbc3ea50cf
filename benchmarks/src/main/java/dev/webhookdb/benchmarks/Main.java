package dev.webhookdb.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs all measurements against one PostgreSQL in one run, so that ratios mean something on a noisy machine.
 *
 * <p>Arguments: the unpacked distribution, a working directory, the database's URL, seconds for each measurement.
 */
public final class Main {
    private static final String SECRET = "whsec_benchmark";
    private static final int CONNECTIONS = 32;

    /** Acknowledged events that may be waiting to become visible while rows are counted. */
    private static final int WINDOW = 4_000;

    private static final int STEADY_RATE = 1_000;

    private final Path distribution;
    private final Path work;
    private final String database;
    private final int seconds;
    private final Set<String> only;
    private final Report report = new Report();

    private Main(Path distribution, Path work, String database, int seconds, Set<String> only) {
        this.distribution = distribution;
        this.work = work;
        this.database = database;
        this.seconds = seconds;
        this.only = only;
    }

    /** Runs everything. */
    public static void main(String[] args) throws Exception {
        new Main(Path.of(args[0]), Path.of(args[1]), args[2], Integer.parseInt(args[3]), Set.of(args[4].split(",", -1)))
                .run();
    }

    private void run() throws Exception {
        if (wanted("start")) {
            startTimes();
            commandLine();
        }
        try (HostProcess host = start("main")) {
            Made made = integrate(host);
            try (Connection organization = organization(made)) {
                new Measurement(host, made, organization).run();
            }
        }
        report.table();
    }

    /** Everything that is measured on one warm host. */
    private final class Measurement {
        private final HostProcess host;
        private final Made made;
        private final Connection organization;
        private long next;

        private Measurement(HostProcess host, Made made, Connection organization) {
            this.host = host;
            this.made = made;
            this.organization = organization;
        }

        void run() throws Exception {
            createComparisonTables();
            report.figure("event.bytes", (double) new Events(SECRET, "b").body(1).length);
            endToEnd(Math.max(10, seconds / 2));
            if (wanted("ingest")) {
                double insert = pgbench("insert", insertScript());
                double acknowledged = watched("ingest", this::ingest);
                drain();
                insert = (insert + pgbench("insert", insertScript())) / 2;
                report.figure("pgbench.insert_tps", insert);
                tuned("insert", insertScript());
                report.figure("ingest.acked_per_s", acknowledged);
                report.atLeast("ingest.acked_per_s / pgbench.insert_tps", acknowledged / insert, 1.0);
            }
            if (wanted("rows")) {
                double upsert = pgbench("upsert", upsertScript());
                double rows = watched("end_to_end", () -> endToEnd(seconds));
                upsert = (upsert + pgbench("upsert", upsertScript())) / 2;
                double replayed = watched("replay", this::replay);
                report.figure("pgbench.upsert_tps", upsert);
                tuned("upsert", upsertScript());
                report.figure("end_to_end.rows_per_s", rows);
                report.figure("replay.known_events_per_s", replayed);
                report.atLeast("end_to_end.rows_per_s / pgbench.upsert_tps", rows / upsert, 0.7);
                report.atLeast("replay.known_events_per_s / end_to_end.rows_per_s", replayed / rows, 2.0);
            }
            if (wanted("steady")) {
                steady();
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

        private double ingest() {
            long begun = System.nanoTime();
            long end = begun + TimeUnit.SECONDS.toNanos(seconds);
            long acknowledged = load().run(CONNECTIONS, next, number -> System.nanoTime() < end);
            next += acknowledged + CONNECTIONS;
            return perSecond(acknowledged, begun);
        }

        private double endToEnd(int time) throws Exception {
            long before = count("select count(*) from " + made.table());
            long first = next;
            long begun = System.nanoTime();
            long end = begun + TimeUnit.SECONDS.toNanos(time);
            var visible = new Visible();
            long acknowledged = load().run(CONNECTIONS, first, number -> {
                while (System.nanoTime() < end && number - first - visible.since() > WINDOW) {
                    LockSupport.parkNanos(1_000_000);
                }
                return System.nanoTime() < end;
            });
            next += acknowledged + CONNECTIONS;
            while (visible.since() < acknowledged) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
            double rate = perSecond(acknowledged, begun);
            visible.close();
            long rows = count("select count(*) from " + made.table()) - before;
            if (rows < acknowledged) {
                throw new IllegalStateException("%d acknowledged, %d visible".formatted(acknowledged, rows));
            }
            return rate;
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
            long first = next;
            long end = begun + TimeUnit.SECONDS.toNanos(seconds);
            Thread loader = Thread.ofPlatform().start(() -> {
                long acknowledged = load().run(CONNECTIONS, first, number -> {
                    long due = begun + (number - first) * TimeUnit.SECONDS.toNanos(1) / STEADY_RATE;
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                    sent.put(events.id(number), System.nanoTime());
                    return System.nanoTime() < end;
                });
                next += acknowledged + CONNECTIONS;
            });
            long resident = 0;
            long lastPk = count("select max(pk) from " + made.table());
            try (PreparedStatement newer = organization.prepareStatement(
                    "select pk, stripe_id from %s where pk > ? order by pk".formatted(made.table()))) {
                while (loader.isAlive() || System.nanoTime() < end + TimeUnit.SECONDS.toNanos(1)) {
                    newer.setLong(1, lastPk);
                    try (ResultSet rows = newer.executeQuery()) {
                        long now = System.nanoTime();
                        while (rows.next()) {
                            lastPk = rows.getLong(1);
                            Long at = sent.remove(rows.getString(2));
                            if (at != null) {
                                latencies.add(now - at);
                            }
                        }
                    }
                    resident = Math.max(resident, host.residentMegabytes());
                    TimeUnit.MILLISECONDS.sleep(2);
                }
            }
            long[] sorted =
                    latencies.stream().mapToLong(Long::longValue).sorted().toArray();
            report.figure("visible.events", (double) sorted.length);
            report.figure("visible.p50_ms", milliseconds(sorted, 0.5));
            report.atMost("visible.p99_ms", milliseconds(sorted, 0.99), 150);
            report.atMost("server.rss_mb", (double) resident, 512);
        }

        private HttpLoad load() {
            return new HttpLoad(host.port(), "/v1/service_integrations/" + made.endpoint(), SECRET, "r");
        }

        private void drain() throws Exception {
            try (Connection platform = platform()) {
                while (number(platform, "select count(*) from webhook_queue") > 0) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
        }

        private long count(String query) throws SQLException {
            return number(organization, query);
        }

        /** Rows that became visible since it was made, looked up often and cheaply by the last number given out. */
        private final class Visible {
            private final long before;
            private volatile long latest;
            private volatile boolean closed;
            private final Thread watcher;

            private Visible() throws SQLException {
                before = count("select coalesce(max(pk), 0) from " + made.table());
                latest = before;
                watcher = Thread.ofPlatform().start(() -> {
                    try {
                        while (!closed) {
                            latest = count("select coalesce(max(pk), 0) from " + made.table());
                            TimeUnit.MILLISECONDS.sleep(5);
                        }
                    } catch (SQLException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }

            long since() {
                return latest - before;
            }

            void close() throws InterruptedException {
                closed = true;
                watcher.join();
            }
        }
    }

    private void startTimes() {
        long[] times = new long[5];
        start("start").close();
        for (int i = 0; i < times.length; i++) {
            try (HostProcess host = start("start")) {
                times[i] = host.startMillis();
            }
        }
        Arrays.sort(times);
        report.atMost("server.start_ms", (double) times[times.length / 2], 3_000);
    }

    private void commandLine() throws IOException, InterruptedException {
        long[] times = new long[20];
        for (int i = 0; i < times.length; i++) {
            long begun = System.nanoTime();
            new ProcessBuilder(distribution.resolve("bin/webhookdb").toString(), "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            times[i] = (System.nanoTime() - begun) / 1_000_000;
        }
        Arrays.sort(times);
        report.atMost("cli.version_ms", (double) times[times.length / 2], 300);
    }

    private boolean wanted(String part) {
        return only.contains("all") || only.contains(part);
    }

    private HostProcess start(String name) {
        return HostProcess.start(distribution, work.resolve(name), 18_091, database);
    }

    private static double perSecond(long number, long begun) {
        return (double) number / Duration.ofNanos(System.nanoTime() - begun).toMillis() * 1_000;
    }

    /** Returns a quantile of sorted nanoseconds. */
    private static double milliseconds(long[] sorted, double quantile) {
        return (double) sorted[(int) (quantile * (sorted.length - 1))] / 1_000_000;
    }

    private record Made(String endpoint, String table, String url) {}

    private static Made integrate(HostProcess host) {
        host.operator("POST", "/organizations", "{\"name\":\"benchmark\"}");
        String answer = host.operator(
                "POST",
                "/organizations/benchmark/integrations",
                "{\"services\":[\"stripe_charge_v1\"],\"settings\":{\"webhook_secret\":\"%s\"}}".formatted(SECRET));
        return new Made(
                field(answer, "opaque_id"),
                field(answer, "table_name"),
                field(host.operator("GET", "/organizations/benchmark/connection", ""), "connection_url"));
    }

    private Connection platform() throws SQLException {
        return DriverManager.getConnection("jdbc:" + database.replaceFirst("//([^@]+)@(.*)", "//$2?user=$1"));
    }

    private static Connection organization(Made made) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + made.url().replaceFirst("//([^:]+):([^@]+)@(.*)", "//$3?user=$1&password=$2"));
    }

    private static String field(String json, String name) {
        Matcher matcher =
                Pattern.compile("\"%s\": ?\"([^\"]+)\"".formatted(name)).matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException(json);
        }
        return matcher.group(1);
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (ResultSet result = connection.createStatement().executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    private void createComparisonTables() throws SQLException {
        try (Connection connection = platform()) {
            connection.createStatement().execute("""
                    drop table if exists bench_log, bench_charge;
                    drop sequence if exists bench_id;
                    create sequence bench_id cache 100;
                    create table bench_log (
                      id bigint primary key, received_at timestamptz not null, method text, url text, headers text, body bytea);
                    create table bench_charge (
                      pk bigserial primary key, stripe_id text unique not null, amount numeric, balance_transaction text, billing_email text,
                      created integer, customer_id text, invoice_id text, payment_type text, receipt_email text, status text,
                      updated integer, data jsonb not null);
                    create index on bench_charge (amount); create index on bench_charge (balance_transaction);
                    create index on bench_charge (billing_email); create index on bench_charge (created);
                    create index on bench_charge (customer_id); create index on bench_charge (invoice_id);
                    create index on bench_charge (payment_type); create index on bench_charge (receipt_email);
                    create index on bench_charge (status); create index on bench_charge (updated);
                    """);
        }
    }

    /** One webhook logged in a transaction of its own; its body is a parameter, as it is for the host. */
    private static String insertScript() {
        return """
                \\set number random(1, 1000000000000)
                insert into bench_log values (nextval('bench_id'), now(), 'POST', '/v1/service_integrations/svi_benchmark',
                  '{"content-type":["application/json"],"stripe-signature":["t=1800000000,v1=0123456789abcdef"]}',
                  convert_to(replace(:body::text, '00000000000000000001', (:number)::text), 'UTF8'));
                """;
    }

    /** One charge upserted in a transaction of its own, its columns taken from the resource as the host does. */
    private static String upsertScript() {
        return """
                \\set number random(1, 1000000000000)
                insert into bench_charge as t (stripe_id, amount, balance_transaction, billing_email, created, customer_id, invoice_id,
                  payment_type, receipt_email, status, updated, data)
                select data ->> 'id', (data ->> 'amount')::numeric, data ->> 'balance_transaction', data #>> '{billing_details,email}',
                  (data ->> 'created')::integer, data ->> 'customer', data ->> 'invoice', data #>> '{payment_method_details,type}',
                  data ->> 'receipt_email', data ->> 'status', 1800000000, data
                from (select replace(:resource::text, '00000000000000000001', (:number)::text)::jsonb as data) as event
                on conflict (stripe_id) do update set amount = excluded.amount, status = excluded.status, updated = excluded.updated,
                  data = excluded.data where t.updated < excluded.updated;
                """;
    }
}
