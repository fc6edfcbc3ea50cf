package dev.webhookdb.notify;

import dev.webhookdb.notify.Queued.Attempted;
import dev.webhookdb.notify.Settled.Fate;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Writes down what became of attempts, many in one transaction: in the queue, of the delivery, of the attempt itself, and how the endpoint
 * behaves. Nothing is written of what is not held any more. Thread-safe.
 *
 * <p>The commit is not waited for until it is on the disk: should PostgreSQL lose it, the delivery is made once more.
 */
final class Settlements {
    /** Other hosts are told at most so often that there may be room for them. */
    private static final Duration TELLING = Duration.ofMillis(250);

    private final Database platform;
    private final LeasedQueue<Queued> queue;
    private final FailingEndpoints failing;
    private volatile long told = System.nanoTime();

    Settlements(Database platform, LeasedQueue<Queued> queue, FailingEndpoints failing) {
        this.platform = platform;
        this.queue = queue;
        this.failing = failing;
    }

    /** Returns for each whether it was still held. */
    List<Boolean> write(List<Attempted> attempts) {
        return platform.transaction(session -> {
            session.sql("set local synchronous_commit = off").execute();
            session.lookUpByIndex();
            Set<Long> held = held(session, attempts);
            List<Attempted> ours = attempts.stream()
                    .filter(one -> held.contains(one.lease().key()))
                    .toList();
            if (!ours.isEmpty()) {
                write(session, ours);
            }
            return attempts.stream()
                    .map(one -> held.contains(one.lease().key()))
                    .toList();
        });
    }

    private static Set<Long> held(Session session, List<Attempted> attempts) {
        return Set.copyOf(session.sql("""
                        select id from unnest(:keys, :claims) as mine (key, claim)
                        join delivery_queue on id = key where claimed_by = claim::uuid and due_at is not null
                        order by id for update of delivery_queue""")
                .bind("keys", numbers(attempts, one -> one.lease().key()))
                .bind("claims", texts(attempts, one -> one.lease().claim().toString()))
                .list(row -> row.number("id")));
    }

    private void write(Session session, List<Attempted> attempts) {
        Instant now = session.sql("select clock_timestamp() as now").one(row -> row.instant("now"));
        Map<Long, State> states = states(session, attempts);
        List<Settled> settled = new ArrayList<>();
        Map<Long, Health> changed = new HashMap<>();
        for (Attempted one : attempts) {
            State state = states.getOrDefault(one.subscriptionId(), State.WELL);
            Settled result = Settled.of(one, state, failing.disableAfter(), now);
            settled.add(result);
            states.put(one.subscriptionId(), result.state());
            changed.put(one.subscriptionId(), result.state().health());
        }
        deliveries(session, settled);
        statistics(session, settled);
        health(session, states, changed);
        settled.forEach(one -> failing.tell(session, one));
        tell(session);
    }

    /** How the endpoint behaves, and whether anything is to be sent there any more. */
    record State(Health health, boolean disabled, boolean isRead) {
        /** Of one that is well: such are not even read. */
        static final State WELL = new State(Health.WELL, false, false);
    }

    /** Locks those that something failed of, or that are not well; the others stay as they are. */
    private static Map<Long, State> states(Session session, List<Attempted> attempts) {
        Map<Long, State> states = new HashMap<>();
        session.sql("""
                        select subscription_id, status = 'disabled' as disabled, %s from subscription_health
                        join subscription on id = subscription_id
                        where subscription_id = any (:all) and (subscription_id = any (:failed) or failures > 0 or holds > 0
                          or failing_since is not null or last_success_at is null
                          or last_success_at < clock_timestamp() - interval '10 seconds')
                        order by subscription_id for update of subscription_health""".formatted(Health.COLUMNS))
                .bind(
                        "all",
                        attempts.stream()
                                .mapToLong(Attempted::subscriptionId)
                                .distinct()
                                .toArray())
                .bind(
                        "failed",
                        attempts.stream()
                                .filter(one -> one.verdict().kind() != Verdict.Kind.DELIVERED)
                                .mapToLong(Attempted::subscriptionId)
                                .distinct()
                                .toArray())
                .list(row -> states.put(
                        row.number("subscription_id"), new State(Health.read(row), row.flag("disabled"), true)));
        return states;
    }

    private static void deliveries(Session session, List<Settled> settled) {
        List<Settled> over =
                settled.stream().filter(one -> one.fate() != Fate.AGAIN).toList();
        List<Settled> again =
                settled.stream().filter(one -> one.fate() == Fate.AGAIN).toList();
        if (!over.isEmpty()) {
            List<Turns.Left> left = over.stream()
                    .map(one -> Turns.Left.of(one.attempt().lease().payload()))
                    .toList();
            Turns.lock(session, left);
            session.sql("delete from delivery_queue where id = any (:keys)")
                    .bind("keys", numbers(over, Settled::key))
                    .execute();
            Turns.next(session, left);
        }
        if (!again.isEmpty()) {
            session.sql("""
                            update delivery_queue set due_at = clock_timestamp() + pause * interval '1 millisecond', claimed_by = null,
                              attempts = attempts - uncounted, reason = error
                            from unnest(:keys, :pauses, :uncounted, :errors) as again (key, pause, uncounted, error) where id = key""")
                    .bind("keys", numbers(again, Settled::key))
                    .bind("pauses", numbers(again, one -> one.pause().toMillis()))
                    .bind(
                            "uncounted",
                            again.stream().mapToInt(one -> one.counts() ? 0 : 1).toArray())
                    .bind("errors", texts(again, one -> error(one.attempt())))
                    .execute();
        }
        session.sql("""
                        update delivery set status = new_status, attempts = delivery.attempts + counted,
                          response_code = nullif(code, -1), response_time_ms = took, error = nullif(sentence, ''),
                          finished_at = case when new_status <> 'pending' then clock_timestamp() end
                        from unnest(:keys, :times, :statuses, :counted, :codes, :took, :errors)
                          as settled (key, at, new_status, counted, code, took, sentence)
                        where id = key and created_at = at and created_at between :first and :last""")
                .bind("keys", numbers(settled, Settled::key))
                .bind(
                        "times",
                        instants(settled, one -> one.attempt().lease().payload().at()))
                .bind("statuses", texts(settled, one -> one.fate().status()))
                .bind(
                        "counted",
                        settled.stream().mapToInt(one -> one.counts() ? 1 : 0).toArray())
                .bind(
                        "codes",
                        settled.stream()
                                .mapToInt(one -> one.attempt().responseCode())
                                .toArray())
                .bind(
                        "took",
                        settled.stream()
                                .mapToInt(one -> one.attempt().milliseconds())
                                .toArray())
                .bind("errors", texts(settled, one -> error(one.attempt())))
                .bind(
                        "first",
                        settled.stream()
                                .map(one -> one.attempt().lease().payload().at())
                                .min(Instant::compareTo)
                                .orElseThrow())
                .bind(
                        "last",
                        settled.stream()
                                .map(one -> one.attempt().lease().payload().at())
                                .max(Instant::compareTo)
                                .orElseThrow())
                .execute();
        attempts(session, settled);
    }

    private static void attempts(Session session, List<Settled> settled) {
        session.sql("""
                        insert into delivery_attempt (delivery_id, number, started_at, duration_ms, response_code, request_id, error, answer)
                        select key, number, started, took, nullif(code, -1), nullif(request, ''), nullif(sentence, ''), answer
                        from unnest(:keys, :numbers, :started, :took, :codes, :requests, :errors, :answers)
                          as settled (key, number, started, took, code, request, sentence, answer)""")
                .bind("keys", numbers(settled, Settled::key))
                .bind(
                        "numbers",
                        settled.stream()
                                .mapToInt(one -> one.attempt().lease().attempts())
                                .toArray())
                .bind("started", instants(settled, one -> one.attempt().startedAt()))
                .bind(
                        "took",
                        settled.stream()
                                .mapToInt(one -> one.attempt().milliseconds())
                                .toArray())
                .bind(
                        "codes",
                        settled.stream()
                                .mapToInt(one -> one.attempt().responseCode())
                                .toArray())
                .bind(
                        "requests",
                        texts(
                                settled,
                                one -> Texts.storable(one.attempt().requestId().orElse(""))))
                .bind("errors", texts(settled, one -> error(one.attempt())))
                .bind(
                        "answers",
                        settled.stream().map(one -> one.attempt().answer()).toArray(byte[][]::new))
                .execute();
    }

    private static String error(Attempted attempt) {
        return Texts.storable(attempt.verdict().error().orElse(""));
    }

    private static void statistics(Session session, List<Settled> settled) {
        session.sql("""
                        insert into delivery_statistic as known (subscription_id, hour, succeeded, failed, milliseconds)
                        select subscription, date_trunc('hour', started), sum(good), sum(1 - good), sum(took)
                        from unnest(:subscriptions, :started, :good, :took) as settled (subscription, started, good, took)
                        where exists (select from subscription where id = subscription)
                        group by 1, 2 order by 1, 2
                        on conflict (subscription_id, hour) do update set succeeded = known.succeeded + excluded.succeeded,
                          failed = known.failed + excluded.failed, milliseconds = known.milliseconds + excluded.milliseconds""")
                .bind("subscriptions", numbers(settled, one -> one.attempt().subscriptionId()))
                .bind("started", instants(settled, one -> one.attempt().startedAt()))
                .bind(
                        "good",
                        settled.stream()
                                .mapToInt(one -> one.fate() == Fate.DELIVERED ? 1 : 0)
                                .toArray())
                .bind(
                        "took",
                        settled.stream()
                                .mapToInt(one -> one.attempt().milliseconds())
                                .toArray())
                .execute();
    }

    private static void health(Session session, Map<Long, State> states, Map<Long, Health> changed) {
        changed.forEach((subscription, health) -> {
            if (states.get(subscription).isRead()) {
                health.write(session, subscription);
            }
        });
    }

    /** Hosts that had no room for what is due may have it now; this one looks by itself. */
    private void tell(Session session) {
        if (System.nanoTime() - told > TELLING.toNanos()) {
            told = System.nanoTime();
            queue.added(session);
        }
    }

    static <T> long[] numbers(List<T> all, ToLongFunction<T> number) {
        return all.stream().mapToLong(number).toArray();
    }

    private static <T> String[] texts(List<T> all, Function<T, String> text) {
        return all.stream().map(text).toArray(String[]::new);
    }

    private static <T> Instant[] instants(List<T> all, Function<T, Instant> instant) {
        return all.stream().map(instant).toArray(Instant[]::new);
    }
}
