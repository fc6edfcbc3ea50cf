package dev.webhookdb.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What it costs a host that organizations are on several PostgreSQL servers: its processor time for each webhook that becomes a row, against the same
 * number of organizations on one, at the same rate. Both hosts run all the time, and get webhooks in turns; the platform's databases are on the first server. The medians
 * are compared, because one turn in which somebody else was busy says nothing.
 */
final class ServersMeasurement {
    private static final int TURNS = 5;

    /** Of each organization; as many organizations as servers. */
    private static final int RATE = 135;

    /** Of each organization, so that most of the code is compiled before anything is measured. */
    private static final int WARM_UP_RATE = 300;

    private static final int WARM_UP_SECONDS = 25;

    private final Starter starter;
    private final BiFunction<HostProcess, String, Measurement.Made> integrate;
    private final List<Postgres> servers;
    private final int seconds;
    private final Report report;

    /** Starts a host on a platform's database, with a number of its own, and further settings. */
    @FunctionalInterface
    interface Starter {
        HostProcess start(String database, int number, Map<String, String> settings);
    }

    /** A host, and the organizations that it has. */
    private record Placement(HostProcess host, List<Measurement.Made> organizations) implements AutoCloseable {
        @Override
        public void close() {
            host.close();
        }
    }

    /**
     * Creates it.
     *
     * @param integrate makes an organization of a name, and an endpoint
     * @param servers the first of which gets the platform's databases
     */
    ServersMeasurement(
            Starter starter,
            BiFunction<HostProcess, String, Measurement.Made> integrate,
            List<Postgres> servers,
            int seconds,
            Report report) {
        this.starter = starter;
        this.integrate = integrate;
        this.servers = List.copyOf(servers);
        this.seconds = seconds;
        this.report = report;
    }

    void run() throws SQLException, InterruptedException {
        double[] one = new double[TURNS];
        double[] all = new double[TURNS];
        try (Placement together = place("servers_one", servers.subList(0, 1), 0);
                Placement apart = place("servers_all", servers, 1)) {
            microseconds(together, "w", WARM_UP_RATE, WARM_UP_SECONDS);
            microseconds(apart, "w", WARM_UP_RATE, WARM_UP_SECONDS);
            for (int turn = 0; turn < TURNS; turn++) {
                one[turn] = microseconds(together, "v" + turn, RATE, seconds);
                all[turn] = microseconds(apart, "v" + turn, RATE, seconds);
            }
        }
        report.figure("servers.one_us_per_event", Statistics.median(one));
        report.figure("servers.all_us_per_event", Statistics.median(all));
        report.figure("servers.processor_ratio", Statistics.median(all) / Statistics.median(one));
    }

    /** Starts a host on a new database, with as many organizations as there are servers in all. */
    private Placement place(String database, List<Postgres> used, int number) throws SQLException {
        try (Connection first = servers.getFirst().connect()) {
            Postgres.execute(first, "create database " + database);
        }
        String urls = used.stream().map(Postgres::url).collect(Collectors.joining(","));
        HostProcess host = starter.start(
                servers.getFirst().with(database).url(), number, Map.of("WEBHOOKDB_DATABASE_SERVERS", urls));
        List<Measurement.Made> made = IntStream.range(0, servers.size())
                .mapToObj(i -> integrate.apply(host, "spread_" + i))
                .toList();
        long different = made.stream()
                .map(one -> one.url().replaceFirst(".*@([^/]+)/.*", "$1"))
                .distinct()
                .count();
        if (different != used.size()) {
            throw new IllegalStateException(
                    "Organizations are on %d servers instead of %d".formatted(different, used.size()));
        }
        return new Placement(host, made);
    }

    /** @param run tells the charges of one turn from those of another */
    private static double microseconds(Placement placement, String run, int rate, int time)
            throws InterruptedException {
        HostProcess host = placement.host();
        List<SteadyLoad> loads = placement.organizations().stream()
                .map(made -> new HttpLoad(host.port(), made.path(), Measurement.SECRET, run))
                .map(load -> SteadyLoad.start(load, rate))
                .toList();
        TimeUnit.SECONDS.sleep(1);
        taken(loads);
        Cpu before = Cpu.now(host.pid());
        TimeUnit.SECONDS.sleep(time);
        long answers = taken(loads);
        Cpu after = Cpu.now(host.pid());
        loads.forEach(SteadyLoad::close);
        loads.forEach(SteadyLoad::stop);
        double microseconds = (after.host() - before.host()) * 1e6 / answers;
        System.out.printf(
                "# servers, host at %d, turn %s: %.0f us for each of %d%n", host.port(), run, microseconds, answers);
        return microseconds;
    }

    private static long taken(List<SteadyLoad> loads) {
        return loads.stream().mapToLong(load -> load.take().size()).sum();
    }
}
