package dev.webhookdb.benchmarks;

import dev.webhookdb.testkit.simulator.Call;
import dev.webhookdb.testkit.simulator.Deliveries;
import dev.webhookdb.testkit.simulator.ManyStripeCharges;
import dev.webhookdb.testkit.simulator.SignedWebhook;
import dev.webhookdb.testkit.simulator.SimulatedApi;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeObject;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is measured of backfills, each with a host and a simulated Stripe of its own. */
final class BackfillMeasurement {
    private static final String KEY = "rk_test_benchmark";
    private static final int CAP = 20;
    private static final Duration LATENCY = Duration.ofMillis(25);
    private static final int EVENTS = 3_000;
    private static final Pattern USED = Pattern.compile("used ([0-9]+)K");

    private final Starter starter;
    private final String database;
    private final CopyLimit copyLimit;
    private final int seconds;
    private final long charges;
    private final Report report;
    private int organizations;

    /** Starts a host, always on the same data. */
    interface Starter {
        HostProcess start();
    }

    /** @param charges how many there are to read */
    BackfillMeasurement(
            Starter starter, String database, CopyLimit copyLimit, int seconds, long charges, Report report) {
        this.starter = starter;
        this.database = database;
        this.copyLimit = copyLimit;
        this.seconds = seconds;
        this.charges = charges;
        this.report = report;
    }

    void run() throws Exception {
        throughput();
        rateLimited();
        repeatAfterKill();
        heal();
    }

    private void throughput() throws Exception {
        try (ManyStripeCharges api = ManyStripeCharges.serving(charges, KEY, Instant.now());
                HostProcess host = starter.start()) {
            Made made = integrate(host, api, "10000");
            long largest = 0;
            long early = 0;
            long late = 0;
            Job job = job(host, made);
            while (!job.ended()) {
                TimeUnit.SECONDS.sleep(1);
                job = job(host, made);
                long heap = heapMegabytes(host);
                largest = Math.max(largest, heap);
                if (job.rows() < charges / 4) {
                    early = Math.max(early, heap);
                } else if (job.rows() > charges * 3 / 4) {
                    late = Math.max(late, heap);
                }
            }
            job.requireSuccess();
            requireRows(made, charges);
            double rate = (double) job.rows() * 1_000 / job.milliseconds();
            double limit = copyLimit.rowsPerSecond(made.database(), made.table());
            report.figure("backfill.rows", (double) job.rows());
            report.figure("backfill.rows_per_s", rate);
            report.figure("copy_limit.rows_per_s", limit);
            report.atLeast("backfill.rows_per_s / copy_limit.rows_per_s", rate / limit, 0.9);
            report.atMost("backfill.heap_mb", (double) largest, 256);
            report.figure("backfill.heap_mb.first_quarter", (double) early);
            report.figure("backfill.heap_mb.last_quarter", (double) late);
        }
    }

    private void rateLimited() throws Exception {
        try (ManyStripeCharges api = ManyStripeCharges.serving(charges, KEY, Instant.now());
                HostProcess host = starter.start()) {
            api.faults().latency(LATENCY).atMost(CAP);
            Made made = integrate(host, api, Integer.toString(CAP));
            awaitPages(host, made, CAP);
            long before = job(host, made).pages();
            long begun = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            long pages = job(host, made).pages() - before;
            double elapsed = (System.nanoTime() - begun) / 1e9;
            report.atLeast("backfill.rate_limited", pages / elapsed / CAP, 0.95);
            host.operator("POST", made.path() + "/backfills/cancel", "");
        }
    }

    private void repeatAfterKill() throws Exception {
        try (ManyStripeCharges api = ManyStripeCharges.serving(charges / 5, KEY, Instant.now())) {
            Made made;
            try (HostProcess host = starter.start()) {
                made = integrate(host, api, "10000");
                awaitPages(host, made, charges / 1_700);
                host.kill();
            }
            try (HostProcess host = starter.start()) {
                Job job = awaitEnd(host, made);
                job.requireSuccess();
                requireRows(made, charges / 5);
            }
            List<String> requests =
                    api.calls().stream().map(BackfillMeasurement::page).toList();
            long repeated = requests.size() - requests.stream().distinct().count();
            long ranges = number(
                    "select count(*) from backfill_part join backfill_job on backfill_job.id = job_id join integration on integration.id = integration_id where table_name = '%s'"
                            .formatted(made.table()));
            report.figure("backfill.ranges", (double) ranges);
            report.figure("backfill.pages_repeated_after_kill", (double) repeated);
            report.atMost("backfill.repeat_after_kill", (double) repeated / ranges, 1);
        }
    }

    /** A page is where it begins: the end of its range may have come nearer meanwhile. */
    private static String page(Call call) {
        return call.parameter("starting_after").orElse("first") + " "
                + call.parameter("created[lt]").orElse("");
    }

    private void heal() throws Exception {
        StripeSimulator account =
                StripeSimulator.seeded(1).startingAt(Instant.now().minus(Duration.ofDays(2)));
        account.happen(EVENTS);
        account.startingAt(Instant.now().plusSeconds(2));
        try (StripeApi api = StripeApi.serving(account, KEY);
                HostProcess host = starter.start();
                HttpClient client = HttpClient.newHttpClient()) {
            Made made = integrate(host, api, "1000");
            awaitEnd(host, made).requireSuccess();
            URI url = URI.create("http://127.0.0.1:%d%s".formatted(host.port(), made.path()));
            var delivered = new Deliveries<>(account.happen(EVENTS), 1).lost(10).shuffled();
            for (var webhook : delivered.events()) {
                SignedWebhook signed = webhook.signed(url, Measurement.SECRET, Instant.now());
                client.send(signed.request(), HttpResponse.BodyHandlers.discarding());
            }
            while (number("select count(*) from webhook_queue") > 0) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            report.figure("heal.stale_before", (double) differences(made, account));
            host.operator("POST", made.path() + "/backfills", "{}");
            Job job = awaitEnd(host, made);
            job.requireSuccess();
            report.figure("heal.repaired", (double) job.changed());
            report.atMost("heal.remaining_differences", (double) differences(made, account), 0);
        }
    }

    private static long differences(Made made, StripeSimulator account) throws SQLException {
        Map<String, String> rows = new HashMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:" + made.database());
                ResultSet result = connection
                        .createStatement()
                        .executeQuery(
                                "select stripe_id, status || '|' || (data ->> 'amount_refunded') || '|' || (data ->> 'captured') from "
                                        + made.table())) {
            while (result.next()) {
                rows.put(result.getString(1), result.getString(2));
            }
        }
        return account.charges().values().stream()
                .filter(charge -> !state(charge).equals(rows.get(charge.id())))
                .count();
    }

    private static String state(StripeObject charge) {
        return List.of("status", "amount_refunded", "captured").stream()
                .map(name -> charge.text(name).orElse(""))
                .collect(Collectors.joining("|"));
    }

    private record Made(String organization, String endpoint, String table, String database) {
        String path() {
            return "/organizations/%s/integrations/%s".formatted(organization, endpoint);
        }
    }

    private record Job(String state, String error, long pages, long rows, long changed, long milliseconds) {
        boolean ended() {
            return !state.equals("queued") && !state.equals("running");
        }

        void requireSuccess() {
            if (!state.equals("succeeded")) {
                throw new IllegalStateException("The backfill " + state + ": " + error);
            }
        }
    }

    private Made integrate(HostProcess host, SimulatedApi api, String rate) {
        String name = "backfill_%d".formatted(++organizations);
        host.operator("POST", "/organizations", "{\"name\":\"%s\"}".formatted(name));
        String answer = host.operator("POST", "/organizations/%s/integrations".formatted(name), """
                {"services":["stripe_charge_v1"],"settings":{"webhook_secret":"%s","backfill_key":"%s","api_url":"%s",
                 "requests_per_second":"%s"}}""".formatted(
                        Measurement.SECRET, KEY, api.url(), rate));
        String connection =
                field(host.operator("GET", "/organizations/%s/connection".formatted(name), ""), "connection_url");
        String database = this.database.replaceFirst(
                "//([^@]+)@([^/]+)/.*", "//$2/" + connection.replaceFirst(".*/([^/?]+).*", "$1") + "?user=$1");
        return new Made(name, field(answer, "opaque_id"), field(answer, "table_name"), database);
    }

    private static Job job(HostProcess host, Made made) {
        String answer = host.operator("GET", made.path() + "/backfills", "");
        Instant started = instant(field(answer, "started_at"));
        Instant finished = instant(field(answer, "finished_at"));
        return new Job(
                field(answer, "state"),
                field(answer, "error"),
                count(answer, "pages"),
                count(answer, "rows"),
                count(answer, "changed"),
                Math.max(1, Duration.between(started, finished).toMillis()));
    }

    private static Job awaitEnd(HostProcess host, Made made) throws InterruptedException {
        Job job = job(host, made);
        while (!job.ended()) {
            TimeUnit.MILLISECONDS.sleep(200);
            job = job(host, made);
        }
        return job;
    }

    private static void awaitPages(HostProcess host, Made made, long pages) throws InterruptedException {
        while (job(host, made).pages() < pages) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void requireRows(Made made, long expected) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:" + made.database());
                ResultSet result = connection.createStatement().executeQuery("select count(*) from " + made.table())) {
            result.next();
            if (result.getLong(1) != expected) {
                throw new IllegalStateException("%d rows instead of %d".formatted(result.getLong(1), expected));
            }
        }
    }

    private long number(String query) throws SQLException {
        try (Connection connection = new Postgres(database).connect()) {
            return Postgres.number(connection, query);
        }
    }

    /** What the collector says is in use, garbage included; 0 where the JDK's {@code jcmd} is not on the path. */
    private static long heapMegabytes(HostProcess host) {
        try {
            String output = host.jcmd("GC.heap_info");
            long kilobytes = 0;
            Matcher used = USED.matcher(output);
            for (int spaces = 0; spaces < 2 && used.find(); spaces++) {
                kilobytes += Long.parseLong(used.group(1));
            }
            return kilobytes / 1024;
        } catch (IOException e) {
            return 0;
        }
    }

    private static Instant instant(String text) {
        return text.isEmpty() ? Instant.now() : Instant.parse(text);
    }

    private static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"%s\": ?\"((?:[^\"\\\\]|\\\\.)*)\"".formatted(name))
                .matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static long count(String json, String name) {
        Matcher matcher = Pattern.compile("\"%s\": ?([0-9]+)".formatted(name)).matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
