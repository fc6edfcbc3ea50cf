package dev.webhookdb.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How long acknowledgements take while a day of the webhook log is dropped, against how long they take between. Days that are past their time are
 * filled beforehand, and made part of the log one by one while webhooks come in; the host drops them as it drops any.
 *
 * <p>A host looks for such days once an hour, or ten seconds after it could not drop one. So that it looks often enough, it never can: a
 * transaction of this measurement reads an old day of the attempts to deliver notifications, of which there are none here. That day is the last to be
 * dropped, after those of the log.
 *
 * <p>Compared are the events that were due within a second before or after a day was seen to be gone, and as many that were due from three to five seconds
 * later. How long each took is counted from when it was due, so that whoever was held up by another counts.
 */
final class RetentionMeasurement {
    private static final int TURNS = 5;
    private static final int RATE = 500;
    private static final int ROWS = 200_000;
    private static final int WARM_UP_SECONDS = 15;

    /** The default of the log's retention is 90 days, and that of attempts is shorter. */
    private static final int OLDEST = 100;

    private static final List<String> LOG = List.of("webhook_segment", "webhook_outcome");
    private static final String ATTEMPTS = "delivery_attempt";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);

    private final Supplier<HostProcess> start;
    private final Function<HostProcess, Measurement.Made> integrate;
    private final Postgres postgres;
    private final Report report;
    private final LocalDate oldest = LocalDate.now(ZoneOffset.UTC).minusDays(OLDEST);
    private final List<Long> within = new ArrayList<>();
    private final List<Long> between = new ArrayList<>();

    /**
     * Creates it.
     *
     * @param start starts the same host again and again
     * @param integrate makes an organization and an endpoint
     * @param postgres where the platform's database is
     */
    RetentionMeasurement(
            Supplier<HostProcess> start,
            Function<HostProcess, Measurement.Made> integrate,
            Postgres postgres,
            Report report) {
        this.start = start;
        this.integrate = integrate;
        this.postgres = postgres;
        this.report = report;
    }

    void run() throws SQLException, InterruptedException {
        Measurement.Made made;
        try (HostProcess host = start.get()) {
            made = integrate.apply(host);
        }
        try (Connection platform = postgres.connect();
                Connection reader = postgres.connect()) {
            for (int turn = 0; turn < TURNS; turn++) {
                fill(platform, oldest.plusDays(turn));
            }
            Postgres.execute(platform, "checkpoint");
            read(platform, reader);
            try (HostProcess host = start.get();
                    var load =
                            SteadyLoad.start(new HttpLoad(host.port(), made.path(), Measurement.SECRET, "o"), RATE)) {
                TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
                for (int turn = 0; turn < TURNS; turn++) {
                    drop(platform, oldest.plusDays(turn), load);
                }
                load.stop();
            }
        }
        tell();
    }

    private void tell() {
        long[] dropping = sorted(within);
        long[] usual = sorted(between);
        double with = Statistics.quantile(dropping, 0.99);
        double without = Statistics.quantile(usual, 0.99);
        report.figure("retention.dropping_p99_ms", with);
        report.figure("retention.dropping_longest_ms", Statistics.quantile(dropping, 1));
        report.figure("retention.usual_p99_ms", without);
        report.figure("retention.usual_longest_ms", Statistics.quantile(usual, 1));
        report.atMost("retention.ingest_p99_ms", with - without, 50);
    }

    private static long[] sorted(List<Long> microseconds) {
        return microseconds.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** Makes a day that is no part of the log yet: a segment for each of so many webhooks, of 1 kB, and what became of it. */
    private static void fill(Connection platform, LocalDate day) throws SQLException {
        for (String table : LOG) {
            Postgres.execute(
                    platform, "create table %s (like %s including all)".formatted(partition(table, day), table));
        }
        Postgres.execute(platform, """
                insert into %s (endpoint_id, second, first_id, last_id, rejected, ids, received, methods, urls, headers, bodies, lengths,
                  verdicts, checksums)
                select 1, at, i, i, 0, array[i], array[at], array['POST'], array['/v1/service_integrations/svi_old'], array['{}'],
                  array[decode(repeat(md5(i::text), 64), 'hex')], array[1024],
                  array[0::smallint], array[null::integer]
                from generate_series(1, %d) as i, lateral (select timestamptz '%s 00:00Z' + i %% 86400 * interval '1 second' as at) as time
                """.formatted(partition("webhook_segment", day), ROWS, day));
        Postgres.execute(platform, """
                insert into %s (webhook_id, endpoint_id, received_at, state, reason, attempts)
                select first_id, endpoint_id, second, 0, 'It said nothing.', 1 from %s
                """.formatted(partition("webhook_outcome", day), partition("webhook_segment", day)));
    }

    /** Reads an old day of attempts, in a transaction that does not end, so that the host cannot drop it. */
    private void read(Connection platform, Connection reader) throws SQLException {
        String old = partition(ATTEMPTS, oldest);
        Postgres.execute(platform, "create table %s (like %s including all)".formatted(old, ATTEMPTS));
        attach(platform, ATTEMPTS, oldest);
        reader.setAutoCommit(false);
        Postgres.execute(reader, "lock table %s in access share mode".formatted(old));
    }

    /** Makes a day part of the log, and waits until the host has dropped it. */
    private void drop(Connection platform, LocalDate day, SteadyLoad load) throws SQLException, InterruptedException {
        long bytes = 0;
        for (String table : LOG) {
            bytes += Postgres.number(platform, "select pg_total_relation_size('%s')".formatted(partition(table, day)));
            attach(platform, table, day);
        }
        String last = "select count(*) from pg_class where relname in ('%s', '%s')"
                .formatted(partition(LOG.getFirst(), day), partition(LOG.getLast(), day));
        while (Postgres.number(platform, last) > 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        long dropped = System.nanoTime();
        TimeUnit.SECONDS.sleep(6);
        List<SteadyLoad.Answer> answers = load.take();
        long[] here = due(answers, dropped, -1, 1);
        long[] later = due(answers, dropped, 3, 5);
        Arrays.stream(here).forEach(within::add);
        Arrays.stream(later).forEach(between::add);
        System.out.printf(
                Locale.ROOT,
                "# retention: %d MB of %s dropped, p99 %.1f ms, longest %.1f ms; later %.1f and %.1f ms%n",
                bytes >> 20,
                day,
                Statistics.quantile(here, 0.99),
                Statistics.quantile(here, 1),
                Statistics.quantile(later, 0.99),
                Statistics.quantile(later, 1));
    }

    /** Returns how long it took to answer what was due from some seconds after a moment to others, in microseconds, sorted. */
    private static long[] due(List<SteadyLoad.Answer> answers, long moment, int from, int to) {
        return answers.stream()
                .filter(answer -> answer.due() - moment >= TimeUnit.SECONDS.toNanos(from)
                        && answer.due() - moment < TimeUnit.SECONDS.toNanos(to))
                .mapToLong(SteadyLoad.Answer::microseconds)
                .sorted()
                .toArray();
    }

    private static void attach(Connection platform, String table, LocalDate day) throws SQLException {
        Postgres.execute(
                platform,
                "alter table %s attach partition %s for values from ('%s 00:00Z') to ('%s 00:00Z')"
                        .formatted(table, partition(table, day), day, day.plusDays(1)));
    }

    private static String partition(String table, LocalDate day) {
        return table + "_" + DAY.format(day);
    }
}
