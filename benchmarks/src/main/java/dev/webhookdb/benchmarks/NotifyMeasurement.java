package dev.webhookdb.benchmarks;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How fast changes are told: to one receiver, to a hundred of which one is dead, and to somebody who pulls. */
final class NotifyMeasurement {
    private static final int CONNECTIONS = 32;
    private static final int STEADY_RATE = 500;
    private static final int MANY = 100;

    /** Changes a second, each told to a hundred. */
    private static final int MANY_RATE = 6;

    private static final int TURNS = 3;
    private static final int PAGE = 1_000;
    private static final int BACKLOG = 30_000;
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Pattern COMMITTED_AT = Pattern.compile("\"created_at\": ?\"([^\"]+)\"");
    private static final Pattern ID = Pattern.compile("\"id\": ?\"(wh_[^\"]+)\"");
    private static final Pattern NEXT = Pattern.compile("\"next\": ?\"([^\"]*)\"");

    private final HostProcess host;
    private final Measurement.Made made;
    private final int seconds;
    private final Report report;
    private long next = 1;

    NotifyMeasurement(HostProcess host, Measurement.Made made, int seconds, Report report) {
        this.host = host;
        this.made = made;
        this.seconds = seconds;
        this.report = report;
    }

    void run() throws InterruptedException {
        burst(WARM_UP.toSeconds());
        firstAttempt();
        deliveries();
        oneDead();
    }

    /**
     * Webhooks that become rows a second: nobody is told; somebody subscribed whom none of the changes concerns, so that the change log is
     * written and read; somebody is told later, so that events and deliveries are written, too; somebody is told. In turns, each compared with
     * its own begin, because a machine drifts.
     */
    void feedCost() throws SQLException, InterruptedException {
        double[] without = new double[TURNS];
        double[] followed = new double[TURNS];
        double[] queued = new double[TURNS];
        double[] told = new double[TURNS];
        burst(WARM_UP.toSeconds());
        drain();
        try (Connection organization = Postgres.readOnly(made);
                Receiver receiver = Receiver.instant((path, body) -> {})) {
            var endToEnd = new EndToEnd(organization, made.table());
            for (int turn = 0; turn < TURNS; turn++) {
                without[turn] = rate("nobody is told", endToEnd);
                followed[turn] = beside(receiver, ",\"origins\":[\"poll\"]", "active", endToEnd) / without[turn];
                queued[turn] = beside(receiver, "", "paused", endToEnd) / without[turn];
                told[turn] = beside(receiver, "", "active", endToEnd) / without[turn];
            }
        }
        report.figure("feed.rows_per_s (nobody subscribed)", Statistics.median(without));
        report.atLeast("feed.rows_per_s (changes logged) / nobody", Statistics.median(followed), 0.85);
        report.figure("feed.rows_per_s (told later) / nobody", Statistics.median(queued));
        report.figure("feed.rows_per_s (told) / nobody", Statistics.median(told));
    }

    private double beside(Receiver receiver, String more, String status, EndToEnd endToEnd)
            throws SQLException, InterruptedException {
        String id = subscribe(receiver.url("/"), more);
        host.call("PATCH", "/webhooks/" + id, "{\"status\":\"%s\"}".formatted(status));
        double rate = rate(more + status, endToEnd);
        host.call("DELETE", "/webhooks/" + id, "");
        return rate;
    }

    private double rate(String name, EndToEnd endToEnd) throws SQLException, InterruptedException {
        Cpu before = Cpu.now(host.pid());
        EndToEnd.Rate rate = endToEnd.measure(load(), CONNECTIONS, next, Duration.ofSeconds(Math.max(5, seconds / 2)));
        next += rate.acknowledged() + CONNECTIONS;
        System.out.printf(
                "# feed, %s: %.0f rows/s, processor time of %s for %d%n",
                name, rate.perSecond(), Cpu.now(host.pid()).since(before), rate.acknowledged());
        drain();
        return rate.perSecond();
    }

    /** What was acknowledged faster than it was stored would otherwise be stored while something else is measured. */
    private void drain() throws InterruptedException {
        while (!host.operator("GET", "/organizations/notify/webhooks/counts", "")
                .matches("(?s).*\"pending\": ?0[,}].*")) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private long burst(long time) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(time);
        return send(number -> System.nanoTime() < end);
    }

    private void firstAttempt() throws InterruptedException {
        drain();
        long[] sorted = latencies(1, 0, STEADY_RATE);
        report.figure("notify.events", sorted.length);
        report.figure("notify.first_attempt_p50_ms", Statistics.quantile(sorted, 0.5));
        report.atMost("notify.first_attempt_p99_ms", Statistics.quantile(sorted, 0.99), 150);
    }

    private void oneDead() throws InterruptedException {
        double[] ratios = new double[TURNS];
        drain();
        for (int turn = 0; turn < TURNS; turn++) {
            double healthy = Statistics.quantile(latencies(MANY, 0, MANY_RATE), 0.99);
            double beside = Statistics.quantile(latencies(MANY - 1, 1, MANY_RATE), 0.99);
            report.figure("notify.healthy_p99_ms", healthy);
            report.figure("notify.healthy_p99_ms (one dead)", beside);
            ratios[turn] = beside / healthy;
        }
        report.atMost("notify.healthy_p99_ratio", Statistics.median(ratios), 1.1);
    }

    /** Microseconds from the commit of changes to their arrival at receivers, sorted. */
    private long[] latencies(int healthy, int dead, int rate) throws InterruptedException {
        Queue<Long> latencies = new ConcurrentLinkedQueue<>();
        long begun = System.nanoTime();
        Receiver.Taker taker = (path, body) -> {
            Instant now = Instant.now();
            if (System.nanoTime() - begun > WARM_UP.toNanos()) {
                latencies.add(Duration.between(committedAt(body), now).toNanos() / 1_000);
            }
        };
        List<String> subscriptions = new ArrayList<>();
        try (Receiver receiver = Receiver.instant(taker);
                Receiver silent = Receiver.dead()) {
            for (int i = 0; i < healthy; i++) {
                subscriptions.add(subscribe(receiver.url("/" + i), ""));
            }
            for (int i = 0; i < dead; i++) {
                subscriptions.add(subscribe(silent.url("/" + i), ""));
            }
            var pace = new SteadyPace(begun, next, rate);
            long end = begun + WARM_UP.toNanos() + TimeUnit.SECONDS.toNanos(seconds);
            send(number -> {
                pace.await(number);
                return System.nanoTime() < end;
            });
            TimeUnit.SECONDS.sleep(2);
            subscriptions.forEach(id -> host.call("DELETE", "/webhooks/" + id, ""));
        }
        return latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static Instant committedAt(byte[] body) {
        String begin = new String(body, 0, Math.min(body.length, 400), StandardCharsets.UTF_8);
        Matcher matcher = COMMITTED_AT.matcher(begin);
        if (!matcher.find()) {
            throw new IllegalStateException(begin);
        }
        return Instant.parse(matcher.group(1));
    }

    /** What had to wait is sent as fast as it goes, and pulled. */
    private void deliveries() throws InterruptedException {
        var received = new LongAdder();
        try (Receiver receiver = Receiver.instant((path, body) -> received.increment())) {
            String id = subscribe(receiver.url("/"), ",\"concurrency\":100");
            host.call("PATCH", "/webhooks/" + id, "{\"status\":\"paused\"}");
            String position = cursor(host.call("GET", "/events?organization=notify&limit=1", ""));
            long first = next;
            send(number -> number - first < BACKLOG);
            double pulled = pull(position);
            Cpu before = Cpu.now(host.pid());
            long begun = System.nanoTime();
            host.call("PATCH", "/webhooks/" + id, "{\"status\":\"active\"}");
            while (received.sum() < BACKLOG) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double rate = BACKLOG / (Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3);
            System.out.printf(
                    "# deliveries: processor time of %s%n", Cpu.now(host.pid()).since(before));
            host.call("DELETE", "/webhooks/" + id, "");
            report.atLeast("notify.deliveries_per_s", rate, 2_500);
            report.atLeast("feed.pull_events_per_s", pulled, 20_000);
        }
    }

    /** Waits until all events are there, and then reads them once more. */
    private double pull(String position) throws InterruptedException {
        while (events(position) < BACKLOG) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        long begun = System.nanoTime();
        long events = events(position);
        return events / (Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3);
    }

    private long events(String position) {
        long events = 0;
        for (String after = position; ; ) {
            String page = host.call("GET", "/events?organization=notify&limit=%d&after=%s".formatted(PAGE, after), "");
            long more = count(page);
            events += more;
            after = cursor(page);
            if (more < PAGE) {
                return events;
            }
        }
    }

    private static long count(String page) {
        long count = 0;
        for (int at = page.indexOf("\"evt_"); at >= 0; at = page.indexOf("\"evt_", at + 1)) {
            count++;
        }
        return count;
    }

    private static String cursor(String page) {
        Matcher matcher = NEXT.matcher(page.substring(Math.max(0, page.length() - 400)));
        if (!matcher.find()) {
            throw new IllegalStateException(page);
        }
        return matcher.group(1);
    }

    private String subscribe(String url, String more) {
        String answer = host.call(
                "POST",
                "/webhooks",
                "{\"organization\":\"notify\",\"url\":\"%s\",\"events\":[\"stripe_charge_v1.*\"]%s}"
                        .formatted(url, more));
        Matcher matcher = ID.matcher(answer);
        if (!matcher.find()) {
            throw new IllegalStateException(answer);
        }
        return matcher.group(1);
    }

    private long send(HttpLoad.Pace pace) {
        long acknowledged = load().run(CONNECTIONS, next, pace);
        next += acknowledged + CONNECTIONS;
        return acknowledged;
    }

    private HttpLoad load() {
        return new HttpLoad(host.port(), made.path(), Measurement.SECRET, "n");
    }
}
