package dev.webhookdb.queue;

import dev.webhookdb.queue.QueueListener.Event;
import dev.webhookdb.retry.Decision;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.sql.Texts;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Work that any of several hosts does, in a table of the platform's database. A host claims rows under a lease; should it die, the lease
 * runs out, and the next host that claims counts the death with the claim itself. Whatever is written down of a row is refused to a host
 * whose lease was taken over. All times are the database's.
 *
 * <p>Partitions take turns: none waits for more than one claim because of what others have in the queue. Thread-safe.
 *
 * @param <T> what is read with a claim
 */
public final class LeasedQueue<T> {
    /** What ended its host that many times is not tried any more by itself. */
    public static final int MOST_DEATHS = 3;

    private static final String DIED = "The host ended while this was being done.";

    private final Database platform;
    private final QueueTable table;
    private final Function<Row, T> payload;
    private final Duration lease;
    private final RetryPolicy retries;
    private final QueueListener listener;
    private final Totals totals = new Totals();
    private final String claimSql;
    private volatile String after;

    /**
     * Uses a table as a queue.
     *
     * @param payload reads the payload's columns
     * @param lease for how long a row is held, until it is renewed or given back
     * @param retries when what failed is tried again
     */
    public LeasedQueue(
            Database platform,
            QueueTable table,
            Function<Row, T> payload,
            Duration lease,
            RetryPolicy retries,
            QueueListener listener) {
        this.platform = platform;
        this.table = table;
        this.payload = payload;
        this.lease = lease;
        this.retries = retries;
        this.listener = listener;
        this.claimSql = ClaimSql.claim(table);
        this.after = table.partitionType().lowest();
    }

    /** Returns the table's name. */
    public String name() {
        return table.name();
    }

    /** Returns for how long a row is held. */
    public Duration lease() {
        return lease;
    }

    /** Tells all hosts, with the commit, that there are new rows. */
    public void added(Session session) {
        WakeUps.tell(session, table.name());
    }

    /** Takes rows that are due, at most that many. */
    public Claim<T> claim(int most) {
        return claim(most, Long.MAX_VALUE);
    }

    /**
     * Takes rows that are due.
     *
     * @param most how many, at least 1
     * @param bytes how large they may be together; the first is taken however large it is
     */
    public Claim<T> claim(int most, long bytes) {
        UUID claim = UUID.randomUUID();
        List<Taken<T>> taken = transaction(session -> take(session, claim, most, bytes));
        taken.stream()
                .max(Comparator.comparingLong(Taken::turn))
                .ifPresent(last -> after = last.lease().partition());
        tell(Event.CLAIMED, taken.size());
        tell(Event.DIED, taken.stream().filter(Taken::died).count());
        Map<Fate, List<Lease<T>>> fates = Taken.byFate(taken);
        tell(Event.PARKED, fates.get(Fate.POISON).size());
        tell(Event.EXPIRED, fates.get(Fate.EXPIRED).size());
        return new Claim<>(fates.get(Fate.DUE), fates.get(Fate.POISON), fates.get(Fate.EXPIRED));
    }

    /** For statements about a few of the table's rows. */
    private <R> R transaction(Function<Session, R> work) {
        return platform.transaction(session -> {
            session.lookUpByIndex();
            return work.apply(session);
        });
    }

    private List<Taken<T>> take(Session session, UUID claim, int most, long bytes) {
        if (table.isLimited()) {
            // one host at a time counts what is in flight, and none that froze keeps the others waiting
            session.sql("""
                            select set_config('idle_in_transaction_session_timeout', '5s', true),
                              pg_advisory_xact_lock(hashtextextended('webhookdb.queue.' || :name, 0))""").bind("name", table.name()).list(row -> true);
        }
        List<Taken<T>> taken = session.sql(claimSql)
                .bind("after", after)
                .bind("most", most)
                .bind("bytes", bytes)
                .bind("lease", lease.toMillis())
                .bind("claim", claim)
                .bind("died", DIED)
                .list(row -> Taken.read(row, claim, lease, payload));
        Map<Fate, List<Lease<T>>> fates = Taken.byFate(taken);
        fates.get(Fate.EXPIRED).forEach(one -> finish(session, one));
        fates.get(Fate.POISON).forEach(one -> poison(session, one));
        table.extras()
                .room()
                .flatMap(QueueTable.Room::taken)
                .filter(statement -> !taken.isEmpty())
                .ifPresent(statement -> note(session, statement, fates.get(Fate.DUE)));
        return taken.stream().sorted(Comparator.comparingLong(Taken::number)).toList();
    }

    private void note(Session session, String statement, List<Lease<T>> claimed) {
        Map<String, Long> numbers =
                claimed.stream().collect(Collectors.groupingBy(Lease::partition, TreeMap::new, Collectors.counting()));
        session.sql(statement)
                .bind("lanes", numbers.keySet().toArray(String[]::new))
                .bind(
                        "numbers",
                        numbers.values().stream().mapToLong(Long::longValue).toArray())
                .execute();
    }

    /**
     * When it is worth looking for rows again, if nobody says anything.
     *
     * @param overdue whether a row is due: after a claim that took none, one that somebody else locks at the moment, or whose partition has
     *     no room
     * @param next in how long there may be something to claim that is not there yet; empty if nothing will come by itself
     */
    record Outlook(boolean overdue, Optional<Duration> next) {}

    Outlook outlook() {
        return transaction(session -> session.sql(ClaimSql.next(table))
                .one(row -> new Outlook(
                        row.flag("overdue"),
                        row.optionalNumber("milliseconds").map(in -> Duration.ofMillis(Math.max(1, in))))));
    }

    /**
     * Holds rows for another while from now on, also when their time was over and nobody else took them.
     *
     * @return the keys of those that are still held
     */
    public Set<Long> renew(Collection<Lease<T>> leases) {
        return Set.copyOf(transaction(session -> session.sql(table.sql("""
                                update {table} set due_at = clock_timestamp() + :lease * interval '1 millisecond'
                                from unnest(:keys, :claims) as held (key, claim)
                                where {key} = held.key and claimed_by = held.claim::uuid and due_at is not null
                                returning {key} as queue_key"""))
                .bind("lease", lease.toMillis())
                .bind("keys", leases.stream().mapToLong(Lease::key).toArray())
                .bind(
                        "claims",
                        leases.stream().map(one -> one.claim().toString()).toArray(String[]::new))
                .list(row -> row.number("queue_key"))));
    }

    /**
     * Writes down what became of an attempt.
     *
     * @return whether the row was still held; if not, nothing was written, and somebody else has it
     */
    public boolean settle(Lease<T> one, Result result) {
        if (result instanceof Result.Together(BooleanSupplier written)) {
            boolean held = written.getAsBoolean();
            tell(Event.SUCCEEDED, held ? 1 : 0);
            return held;
        }
        Optional<Event> event = transaction(session -> {
            if (table.isLimited()) {
                // others of its partition may have waited for this
                added(session);
            }
            return settle(session, one, result);
        });
        event.ifPresent(what -> tell(what, 1));
        return event.isPresent() || result instanceof Result.Released;
    }

    private Optional<Event> settle(Session session, Lease<T> one, Result result) {
        return switch (result) {
            case Result.Done done -> finish(session, one) ? Optional.of(Event.SUCCEEDED) : Optional.empty();
            case Result.Parked(String reason) ->
                park(session, one, reason) ? Optional.of(Event.PARKED) : Optional.empty();
            case Result.Settled settled -> Optional.of(Event.SUCCEEDED);
            case Result.Together together -> Optional.of(Event.SUCCEEDED);
            case Result.Released released -> {
                release(session, one);
                yield Optional.empty();
            }
            case Result.Failed(Failure failure, String reason) -> fail(session, one, failure, reason);
        };
    }

    private Optional<Event> fail(Session session, Lease<T> one, Failure failure, String reason) {
        return switch (retries.after(failure, one.attempts())) {
            case Decision.Again again -> again(session, one, again.pause(), again.counts(), reason);
            case Decision.Over(Decision.Why why)
            when why == Decision.Why.TIME -> finish(session, one) ? Optional.of(Event.EXPIRED) : Optional.empty();
            case Decision.Over over -> park(session, one, reason) ? Optional.of(Event.PARKED) : Optional.empty();
        };
    }

    /** What would be tried again only when it is worth nothing any more is removed. */
    private Optional<Event> again(Session session, Lease<T> one, Duration pause, boolean counts, String reason) {
        int postponed = held(session, one, """
                        update {table} set due_at = clock_timestamp() + :pause * interval '1 millisecond', claimed_by = null,
                          attempts = attempts - :uncounted, reason = :reason
                        where {key} = :key and %s
                          and (expires_at is null or expires_at >= clock_timestamp() + :pause * interval '1 millisecond')""")
                .bind("pause", pause.toMillis())
                .bind("uncounted", counts ? 0 : 1)
                .bind("reason", Texts.storable(reason))
                .execute();
        if (postponed > 0) {
            return Optional.of(Event.RETRIED);
        }
        return finish(session, one) ? Optional.of(Event.EXPIRED) : Optional.empty();
    }

    /** Removes a row that is done, in the transaction of what doing it changed; returns false if it was not held any more. */
    public boolean finish(Session session, Lease<T> one) {
        return held(session, one, "delete from {table} where {key} = :key and %s")
                        .execute()
                > 0;
    }

    private void poison(Session session, Lease<T> one) {
        String reason = table.extras().poison().formatted(one.deaths());
        table.extras()
                .putOff()
                .ifPresentOrElse(
                        pauses -> again(
                                session,
                                one,
                                pauses.after(one.deaths() - MOST_DEATHS + 1, ThreadLocalRandom.current()),
                                true,
                                reason),
                        () -> park(session, one, reason, table.extras().poisoned()));
    }

    private boolean park(Session session, Lease<T> one, String reason) {
        return park(session, one, reason, "");
    }

    private boolean park(Session session, Lease<T> one, String reason, String assignments) {
        return held(session, one, """
                        update {table} set due_at = null, claimed_by = null, parked_at = clock_timestamp(), reason = :reason
                        """ + assignments + " where {key} = :key and %s")
                        .bind("reason", Texts.storable(reason))
                        .execute()
                > 0;
    }

    private void release(Session session, Lease<T> one) {
        held(session, one, """
                        update {table} set due_at = clock_timestamp(), claimed_by = null, attempts = greatest(0, attempts - 1)
                        where {key} = :key and %s""").execute();
        added(session);
    }

    private Statement held(Session session, Lease<T> one, String template) {
        return session.sql(table.sql(template.formatted(QueueTable.HELD)))
                .bind("key", one.key())
                .bind("claim", one.claim());
    }

    /**
     * Puts parked rows into the queue again, as if they had never been tried.
     *
     * @return how many were parked
     */
    public int replay(Collection<Long> keys) {
        return platform.transaction(session -> {
            int replayed = session.sql(table.sql("""
                            update {table} set due_at = clock_timestamp(), parked_at = null, attempts = 0, deaths = 0
                            where {key} = any (:keys) and parked_at is not null"""))
                    .bind("keys", keys.stream().mapToLong(Long::longValue).toArray())
                    .execute();
            added(session);
            return replayed;
        });
    }

    /** Removes what was parked long ago, where the table says so. */
    public void forgetParked() {
        table.extras()
                .parkedFor()
                .ifPresent(time -> platform.run(session -> session.sql(table.sql("""
                        delete from {table} where parked_at < clock_timestamp() - :time * interval '1 millisecond'"""))
                        .bind("time", time.toMillis())
                        .execute()));
    }

    /** Counts. */
    public QueueNumbers numbers() {
        return platform.transaction(session -> session.sql(ClaimSql.numbers(table))
                .one(row -> new QueueNumbers(
                        row.number("waiting"),
                        row.number("in_flight"),
                        row.number("parked"),
                        Duration.ofMillis(row.number("oldest")),
                        totals.read())));
    }

    private void tell(Event event, long rows) {
        if (rows > 0) {
            totals.happened(event, rows);
            listener.happened(table.name(), event, rows);
        }
    }
}
