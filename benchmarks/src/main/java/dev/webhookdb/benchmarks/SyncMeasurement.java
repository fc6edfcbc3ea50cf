package dev.webhookdb.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How fast a table is synced to one receiver: what there is already, and what changes. */
final class SyncMeasurement {
    private static final int CONNECTIONS = 32;
    private static final int BACKLOG = 60_000;
    private static final int PAGE = 1_000;
    private static final int STEADY_RATE = 500;
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final String KEY = "\"stripe_id\":";
    private static final Pattern ROW = Pattern.compile("\"stripe_id\": ?\"ch_s([0-9]{20})\"");

    private final HostProcess host;
    private final Measurement.Made made;
    private final SyncedTable table;
    private final CopyMeasurement copies;
    private final int seconds;
    private final Report report;
    private long next = 1;

    /**
     * Creates the measurement.
     *
     * @param database where a database for copies is made
     * @param directory for files that are needed meanwhile
     */
    SyncMeasurement(
            HostProcess host, Measurement.Made made, String database, Path directory, int seconds, Report report) {
        this.host = host;
        this.made = made;
        this.table = new SyncedTable(host, made);
        this.copies = new CopyMeasurement(host, table, database, directory, report);
        this.seconds = seconds;
        this.report = report;
    }

    void run() throws InterruptedException {
        backlog();
        onChange();
        copies.run();
    }

    private void backlog() throws InterruptedException {
        send(number -> number <= BACKLOG);
        while (!host.operator("GET", "/organizations/sync/webhooks/counts", "")
                .matches("(?s).*\"pending\": ?0[,}].*")) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        var rows = new LongAdder();
        try (Receiver receiver = Receiver.instant((path, body) -> rows.add(count(body)))) {
            Cpu before = Cpu.now(host.pid());
            long begun = System.nanoTime();
            String id = create(receiver, "\"period_seconds\":3600");
            while (rows.sum() < BACKLOG) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double rate = BACKLOG / (Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3);
            System.out.printf(
                    "# httpsync: processor time of %s%n", Cpu.now(host.pid()).since(before));
            table.delete("http", id);
            report.atLeast("httpsync.rows_per_s", rate, 25_000);
        }
    }

    /** From when a webhook is sent until its row arrives. */
    private void onChange() throws InterruptedException {
        Map<Long, Long> sent = new ConcurrentHashMap<>();
        Queue<Long> latencies = new ConcurrentLinkedQueue<>();
        long begun = System.nanoTime();
        Receiver.Taker taker = (path, body) -> {
            long now = System.nanoTime();
            Matcher matcher = ROW.matcher(new String(body, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                Long at = sent.remove(Long.parseLong(matcher.group(1)));
                if (at != null && now - begun > WARM_UP.toNanos()) {
                    latencies.add((now - at) / 1_000);
                }
            }
        };
        try (Receiver receiver = Receiver.instant(taker)) {
            String id = create(receiver, "\"on_change\":true,\"initial\":\"none\"");
            var pace = new SteadyPace(begun, next, STEADY_RATE);
            long end = begun + WARM_UP.toNanos() + TimeUnit.SECONDS.toNanos(seconds);
            send(number -> {
                pace.await(number);
                sent.put(number, System.nanoTime());
                return System.nanoTime() < end;
            });
            TimeUnit.SECONDS.sleep(2);
            table.delete("http", id);
        }
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        report.figure("httpsync.on_change_p50_ms", Statistics.quantile(sorted, 0.5));
        report.atMost("httpsync.on_change_p99_ms", Statistics.quantile(sorted, 0.99), 250);
    }

    /** With as little as it takes: a receiver has the same two cores. */
    private static long count(byte[] body) {
        String page = new String(body, StandardCharsets.ISO_8859_1);
        long rows = 0;
        for (int at = page.indexOf(KEY); at >= 0; at = page.indexOf(KEY, at + KEY.length())) {
            rows++;
        }
        return rows;
    }

    private String create(Receiver receiver, String more) {
        return table.create(
                "http",
                receiver.url("/").replace("http://", "http://user:password@"),
                "\"page_size\":%d,%s".formatted(PAGE, more));
    }

    private void send(HttpLoad.Pace pace) {
        long acknowledged =
                new HttpLoad(host.port(), made.path(), Measurement.SECRET, "s").run(CONNECTIONS, next, pace);
        next += acknowledged + CONNECTIONS;
    }
}
