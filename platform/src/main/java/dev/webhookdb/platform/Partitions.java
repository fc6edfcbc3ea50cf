package dev.webhookdb.platform;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the partitions of logs ahead and drops those past their time. Thread-safe.
 *
 * <p>A partition is a day in UTC. Several are made ahead, so that a host whose clock is wrong, or a database that refuses for a day
 * or two, does not stop webhooks from being accepted, nor events from being told.
 */
public final class Partitions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final String NAME = "partitions";
    private static final int DAYS_BEHIND = 1;
    private static final int DAYS_AHEAD = 7;
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    /** A new or dropped partition locks the whole log for a moment; those who write queue up behind whoever waits for that moment. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);

    private final Database platform;
    private final Clock clock;
    private final List<Partitioned> tables;
    private final BackgroundTasks tasks;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * A table that is partitioned by a column of type {@code timestamptz}.
     *
     * @param table its name
     * @param retention how long rows are kept, at least
     * @param isWritten whether anybody still adds rows to it, for which partitions are made
     * @param dropping is told the name of a partition in the transaction that is about to drop it
     */
    public record Partitioned(
            String table, Duration retention, boolean isWritten, BiConsumer<Session, String> dropping) {
        /** One whose dropping somebody needs to know of. */
        public Partitioned(String table, Duration retention, BiConsumer<Session, String> dropping) {
            this(table, retention, true, dropping);
        }

        /** One of which nobody needs to know that rows are dropped. */
        public Partitioned(String table, Duration retention) {
            this(table, retention, (session, partition) -> {});
        }

        /** Returns one to which nobody adds rows any more. */
        public static Partitioned ofThePast(String table, Duration retention) {
            return new Partitioned(table, retention, false, (session, partition) -> {});
        }
    }

    /** @param tables each is maintained in a transaction of its own */
    public Partitions(Database platform, Clock clock, List<Partitioned> tables, BackgroundTasks tasks) {
        this.platform = platform;
        this.clock = clock;
        this.tables = List.copyOf(tables);
        this.tasks = tasks;
    }

    /** Makes what is needed now, and goes on doing so in the background. */
    public void start() {
        Duration first = maintained();
        Thread.ofVirtual().name(NAME).start(() -> {
            Duration pause = first;
            while (!closedWithin(pause)) {
                pause = maintained();
            }
        });
    }

    /** Returns when to do it again. Days are made well ahead, so that one that cannot be made now is made in time. */
    private Duration maintained() {
        return tasks.attempt(NAME, this::maintain) ? PERIOD : AFTER_FAILURE;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    /** Makes the partitions of the days around today, and drops those older than the retention. */
    void maintain() {
        tables.forEach(this::maintain);
    }

    /**
     * Makes the partitions of days that something is about to be written for, where they are missing: of days so long ago that nobody
     * made them, or that were dropped meanwhile.
     *
     * @param names of tables that are maintained here
     */
    public void require(Set<LocalDate> wanted, String... names) {
        for (String table : names) {
            Set<LocalDate> missing = new TreeSet<>(wanted);
            missing.removeAll(
                    platform.transaction(session -> days(session, table)).keySet());
            if (!missing.isEmpty()) {
                platform.run(session -> {
                    session.waitForLocks(PATIENCE);
                    lock(session);
                    missing.forEach(day -> make(session, table, day));
                });
            }
        }
    }

    private static void lock(Session session) {
        session.sql("select pg_advisory_xact_lock(hashtextextended('webhookdb.partitions', 0))")
                .list(row -> "");
    }

    private void maintain(Partitioned one) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        platform.run(session -> {
            session.waitForLocks(PATIENCE);
            lock(session);
            Map<LocalDate, String> known = days(session, one.table());
            for (int day = -DAYS_BEHIND; day <= DAYS_AHEAD; day++) {
                if (one.isWritten() && !known.containsKey(today.plusDays(day))) {
                    make(session, one.table(), today.plusDays(day));
                }
            }
            LocalDate oldest = LocalDate.ofInstant(clock.instant().minus(one.retention()), ZoneOffset.UTC);
            known.forEach((day, name) -> {
                if (day.isBefore(oldest)) {
                    drop(session, one, name);
                }
            });
        });
    }

    private static void make(Session session, String table, LocalDate day) {
        session.sql(
                        "create table if not exists %1$s_%2$s partition of %1$s for values from ('%3$s 00:00Z') to ('%4$s 00:00Z')"
                                .formatted(table, DAY.format(day), day, day.plusDays(1)))
                .execute();
        withoutStatistics(session, table)
                .forEach(column -> session.sql("alter table %s_%s alter column %s set statistics 0"
                                .formatted(table, DAY.format(day), Identifiers.quote(column)))
                        .execute());
    }

    /** Returns the columns of which nobody wants statistics, which partitions do not take over by themselves. */
    private static List<String> withoutStatistics(Session session, String table) {
        return session.sql(
                        "select attname::text as name from pg_attribute where attrelid = :table::regclass and attstattarget = 0 and attnum > 0")
                .bind("table", table)
                .list(row -> row.text("name"));
    }

    private static void drop(Session session, Partitioned one, String name) {
        one.dropping().accept(session, name);
        session.sql("drop table " + name).execute();
        LOG.info("Dropped {}, which is older than what is kept", name);
    }

    /** Returns the names of the partitions that there are, by their days. */
    private static Map<LocalDate, String> days(Session session, String table) {
        Map<LocalDate, String> days = new TreeMap<>();
        session.sql("select inhrelid::regclass::text as name from pg_inherits where inhparent = :parent::regclass")
                .bind("parent", table)
                .list(row -> row.text("name"))
                .forEach(name -> day(table, name).ifPresent(day -> days.put(day, name)));
        return days;
    }

    private static Optional<LocalDate> day(String table, String partition) {
        try {
            return Optional.of(LocalDate.parse(partition.substring(table.length() + 1), DAY));
        } catch (DateTimeParseException | IndexOutOfBoundsException e) {
            LOG.debug("Not a day of a log: {}", partition, e);
            return Optional.empty();
        }
    }

    private boolean closedWithin(Duration time) {
        try {
            return closed.await(time.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
