package dev.webhookdb.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs all measurements against one PostgreSQL in one run, so that ratios mean something on a noisy machine.
 *
 * <p>Arguments: the unpacked distribution, a working directory, the database's URL, seconds for each measurement, what to measure, and how many charges to backfill.
 */
public final class Main {
    private static final int PORT = 18_091;

    private final Path distribution;
    private final Path work;
    private final String database;
    private final int seconds;
    private final Set<String> only;
    private final long charges;
    private final Report report = new Report();

    private Main(Path distribution, Path work, String database, int seconds, Set<String> only, long charges) {
        this.distribution = distribution;
        this.work = work;
        this.database = database;
        this.seconds = seconds;
        this.only = only;
        this.charges = charges;
    }

    /** Runs everything. */
    public static void main(String[] args) throws Exception {
        boolean steady = new Main(
                        Path.of(args[0]),
                        Path.of(args[1]),
                        args[2],
                        Integer.parseInt(args[3]),
                        Set.of(args[4].split(",", -1)),
                        Long.parseLong(args[5]))
                .run();
        if (!steady) {
            System.exit(1);
        }
    }

    /** Returns whether nothing rose that must not; other bars are for whoever reads them. */
    private boolean run() throws Exception {
        if (wanted("start")) {
            startTimes();
            commandLine();
        }
        if (wanted("ingest") || wanted("rows") || wanted("steady")) {
            try (HostProcess host = start("main");
                    var measurement = new Measurement(
                            host,
                            integrate(host, "benchmark"),
                            integrate(host, "neighbour"),
                            database,
                            work,
                            seconds,
                            this::wanted,
                            report)) {
                measurement.run();
            }
        }
        if (wanted("backfill")) {
            new BackfillMeasurement(() -> start("backfill"), database, new CopyLimit(work), seconds, charges, report)
                    .run();
        }
        if (wanted("feed") || wanted("notify")) {
            try (HostProcess host = start("notify")) {
                NotifyMeasurement measurement = new NotifyMeasurement(host, integrate(host, "notify"), seconds, report);
                if (wanted("feed")) {
                    measurement.feedCost();
                }
                if (wanted("notify")) {
                    measurement.run();
                }
            }
        }
        if (wanted("sync")) {
            try (HostProcess host = start("sync")) {
                new SyncMeasurement(host, integrate(host, "sync"), database, work, seconds, report).run();
            }
        }
        if (wanted("config")) {
            try (HostProcess host = start("config")) {
                new PlanMeasurement(host, report).run();
            }
        }
        if (wanted("metrics")) {
            new MetricsCost(
                            measured -> HostProcess.start(
                                    distribution,
                                    work.resolve("metrics"),
                                    PORT,
                                    database,
                                    Map.of("WEBHOOKDB_METRICS_ENABLED", measured.toString())),
                            host -> integrate(host, "metrics"),
                            seconds / 2,
                            report)
                    .run();
        }
        if (wanted("retention")) {
            new RetentionMeasurement(
                            () -> start("retention"),
                            host -> integrate(host, "retention"),
                            new Postgres(database),
                            report)
                    .run();
        }
        if (wanted("servers")) {
            new ServersMeasurement(
                            (url, number, settings) -> HostProcess.start(
                                    distribution, work.resolve("servers-" + number), PORT + number, url, settings),
                            Main::integrate,
                            Arrays.stream(System.getProperty("servers.urls").split(",", -1))
                                    .map(Postgres::new)
                                    .toList(),
                            Math.max(5, seconds / 2),
                            report)
                    .run();
        }
        boolean steady = !only.contains("soak") || soak();
        report.table();
        return steady;
    }

    /** Half an hour, which {@code all} does not include. */
    private boolean soak() throws Exception {
        try (HostProcess host = HostProcess.start(distribution, work.resolve("soak"), PORT, database, Soak.SETTINGS)) {
            return new Soak(
                            host,
                            integrate(host, "soak"),
                            new Postgres(database),
                            Duration.ofMinutes(Math.max(1, Integer.getInteger("soak.minutes", 30))),
                            Integer.getInteger("soak.rate", 300),
                            report)
                    .run();
        }
    }

    /** From the second start on there is a cache, which a server makes half a minute after its first; with an empty directory there is none. */
    private void startTimes() throws IOException, InterruptedException {
        long[] times = new long[5];
        try (HostProcess first = HostProcess.startEmbedded(distribution, work.resolve("embedded"), PORT)) {
            report.atMost("start.embedded_first_ms", (double) first.startMillis(), 8_000);
        }
        start("start").close();
        HostProcess.makeStartCache(distribution, work);
        for (int i = 0; i < times.length; i++) {
            try (HostProcess host = start("start")) {
                times[i] = host.startMillis();
            }
        }
        Arrays.sort(times);
        double median = times[times.length / 2];
        report.atMost("server.start_ms", median, 1_500);
        report.atMost("start.ms", median, 2_500);
    }

    /** Whole commands, as a person waits for them: one that asks nobody, and one that asks a server. */
    private void commandLine() throws IOException, InterruptedException {
        try (HostProcess host = start("start")) {
            host.operator("POST", "/organizations", "{\"name\":\"commands\"}");
            report.atMost("cli.version_ms", medianMillis(host, "--version"), 110);
            report.atMost("cli.services_ms", medianMillis(host, "services", "list", "--org", "commands"), 150);
        }
    }

    private double medianMillis(HostProcess host, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(distribution.resolve("bin/webhookdb").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("WEBHOOKDB_API_HOST", "http://127.0.0.1:" + host.port());
        builder.environment().put("WEBHOOKDB_API_TOKEN", host.operatorToken());
        long[] times = new long[20];
        for (int i = 0; i < times.length; i++) {
            long begun = System.nanoTime();
            int status = builder.start().waitFor();
            times[i] = (System.nanoTime() - begun) / 1_000_000;
            if (status != 0) {
                throw new IllegalStateException("%s ended with status %d".formatted(command, status));
            }
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }

    private boolean wanted(String part) {
        return only.contains("all") || only.contains(part);
    }

    private HostProcess start(String name) {
        return HostProcess.start(distribution, work.resolve(name), PORT, database);
    }

    private static Measurement.Made integrate(HostProcess host, String organization) {
        host.operator("POST", "/organizations", "{\"name\":\"%s\"}".formatted(organization));
        String answer = host.operator(
                "POST",
                "/organizations/%s/integrations".formatted(organization),
                "{\"services\":[\"stripe_charge_v1\"],\"settings\":{\"webhook_secret\":\"%s\"}}"
                        .formatted(Measurement.SECRET));
        return new Measurement.Made(
                field(answer, "opaque_id"),
                field(answer, "table_name"),
                field(
                        host.operator("GET", "/organizations/%s/connection".formatted(organization), ""),
                        "connection_url"));
    }

    private static String field(String json, String name) {
        Matcher matcher =
                Pattern.compile("\"%s\": ?\"([^\"]+)\"".formatted(name)).matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException(json);
        }
        return matcher.group(1);
    }
}
