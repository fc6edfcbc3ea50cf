package dev.webhookdb.notify;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.notify.Outbox.Attempt;
import dev.webhookdb.notify.Outbox.Numbers;
import dev.webhookdb.notify.Outbox.Sent;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Deliveries as people and programs see them, and what they can have done. Thread-safe. */
public final class Deliveries {
    private static final String COLUMNS = """
            delivery.id, delivery.event_id, delivery.event_type, delivery.status, delivery.replay, delivery.attempts,
            delivery.response_code, delivery.response_time_ms, delivery.error, delivery.created_at, delivery.finished_at,
            (select case when claimed_by is null then due_at end from delivery_queue where delivery_queue.id = delivery.id) as next_at""";

    private static final int STEP = 1_000;
    private static final int LATEST = 1_000;

    private final Database platform;

    /** Reads and writes the platform's database. */
    public Deliveries(Database platform) {
        this.platform = platform;
    }

    /**
     * Returns deliveries, the newest first.
     *
     * @param status {@code pending}, {@code delivered} or {@code failed}; empty for any
     * @param type of the event; empty for any
     * @param before only those with a smaller number
     */
    public List<Sent> list(
            Subscription subscription, Optional<String> status, Optional<String> type, long before, int limit) {
        boolean pending = status.filter("pending"::equals).isPresent();
        return platform.transaction(session -> {
            Statement statement = session.sql(pending ? pending(type.isPresent()) : list(type.isPresent(), status))
                    .bind("subscription", subscription.id())
                    .bind("before", before)
                    .bind("most", limit);
            type.ifPresent(one -> statement.bind("type", one));
            return statement.list(Deliveries::sent);
        });
    }

    private static String list(boolean ofType, Optional<String> status) {
        return """
                select %s from delivery
                where delivery.subscription_id = :subscription and delivery.id < :before %s %s
                order by delivery.id desc limit :most""".formatted(
                        COLUMNS,
                        ofType ? "and delivery.event_type = :type" : "",
                        status.map(Deliveries::condition).orElse(""));
    }

    /** Those on their way are in the queue, where they are few; all that ever were may be very many. */
    private static String pending(boolean ofType) {
        return """
                select %s from (
                  select id, delivery_at from delivery_queue as queued
                  where queued.subscription_id = :subscription and queued.id < :before and queued.parked_at is null %s
                  order by queued.id desc limit :most
                ) as waiting
                cross join lateral (
                  select * from delivery where delivery.id = waiting.id and delivery.created_at = waiting.delivery_at
                ) as delivery
                order by delivery.id desc""".formatted(COLUMNS, ofType ? """
                and exists (select from delivery as typed
                  where typed.id = queued.id and typed.created_at = queued.delivery_at and typed.event_type = :type)""" : "");
    }

    private static String condition(String status) {
        return switch (status) {
            case "failed" -> " and delivery.status = 'failed'";
            case "delivered" -> " and delivery.status = 'delivered'";
            default -> " and false";
        };
    }

    /** Finds one by its id, {@code del_...}. */
    public Optional<Sent> find(Subscription subscription, String id) {
        OptionalLong number = DeliveryId.number(id);
        return number.isEmpty()
                ? Optional.empty()
                : platform.transaction(session -> session.sql(
                                "select %s from delivery where subscription_id = :subscription and id = :id"
                                        .formatted(COLUMNS))
                        .bind("subscription", subscription.id())
                        .bind("id", number.getAsLong())
                        .first(Deliveries::sent));
    }

    /** Returns what was tried to deliver it, the first first. */
    public List<Attempt> attempts(Sent delivery) {
        return platform.transaction(session -> session.sql("""
                        select number, started_at, duration_ms, response_code, request_id, error, answer from delivery_attempt
                        where delivery_id = :id order by started_at""")
                .bind("id", DeliveryId.number(delivery.id()).orElseThrow())
                .list(row -> new Attempt(
                        row.integer("number"),
                        row.instant("started_at"),
                        row.integer("duration_ms"),
                        number(row, "response_code"),
                        row.optionalText("request_id"),
                        row.optionalText("error"),
                        new String(row.optionalBytes("answer").orElse(new byte[0]), StandardCharsets.UTF_8))));
    }

    /** Tries one again at once, also one that was delivered, and notes who wanted it. What is under way goes on as it is. */
    public void retry(Actor actor, Subscription subscription, Sent delivery) {
        platform.run(session -> {
            long id = DeliveryId.number(delivery.id()).orElseThrow();
            session.sql("""
                            update delivery_queue set due_at = clock_timestamp(), attempts = 0, deaths = 0, parked_at = null
                            where id = :id and claimed_by is null""").bind("id", id).execute();
            session.sql("""
                            insert into delivery_queue (id, delivery_at, subscription_id, organization_id, event_number, event_at, replay, due_at)
                            select id, created_at, subscription_id, organization_id, event_number, event_at, replay, clock_timestamp()
                            from delivery where id = :id and created_at = :at and subscription_id = :subscription and status <> 'pending'
                            on conflict do nothing""")
                    .bind("id", id)
                    .bind("at", delivery.createdAt())
                    .bind("subscription", subscription.id())
                    .execute();
            session.sql("""
                            update delivery set status = 'pending', attempts = 0, finished_at = null
                            where id = :id and created_at = :at and subscription_id = :subscription and status <> 'pending'""")
                    .bind("id", id)
                    .bind("at", delivery.createdAt())
                    .bind("subscription", subscription.id())
                    .execute();
            Audit.note(session, actor, subscription.organizationId(), "retry delivery", delivery.id());
            WakeUps.tell(session, Queued.TABLE.name());
        });
    }

    /** Tries all again that failed, in their order, notes who wanted it, and returns how many. */
    public long retryFailed(Actor actor, Subscription subscription) {
        platform.run(session -> Audit.note(
                session, actor, subscription.organizationId(), "retry failed deliveries", subscription.opaqueId()));
        long total = 0;
        int step = STEP;
        while (step == STEP) {
            step = platform.<Integer>transaction(session -> retryStep(session, subscription));
            total += step;
        }
        return total;
    }

    private static int retryStep(Session session, Subscription subscription) {
        int retried = session.sql("""
                        with failed as materialized (
                          select id, created_at from delivery where subscription_id = :subscription and status = 'failed'
                          order by id limit :most for update
                        ), again as (
                          update delivery set status = 'pending', attempts = 0, finished_at = null from failed
                          where delivery.id = failed.id and delivery.created_at = failed.created_at
                          returning delivery.*
                        )
                        insert into delivery_queue (id, delivery_at, subscription_id, organization_id, event_number, event_at, replay, due_at)
                        select id, created_at, subscription_id, organization_id, event_number, event_at, replay, clock_timestamp() from again
                        order by id on conflict do nothing""")
                .bind("subscription", subscription.id())
                .bind("most", STEP)
                .execute();
        WakeUps.tell(session, Queued.TABLE.name());
        return retried;
    }

    /** Returns how a subscription is doing. */
    public Numbers numbers(Subscription subscription) {
        return platform.transaction(session -> session.sql("""
                        select waiting, greatest(0, coalesce(extract(epoch from clock_timestamp() - oldest), 0))::bigint as oldest,
                          next_at, succeeded, attempted, p50, p99,
                          case when holds = 0 then 'closed' when held_until > clock_timestamp() then 'open' else 'half_open' end as breaker
                        from (
                          select count(delivery_queue.id) as waiting, min(delivery_at) as oldest,
                            greatest(min(due_at) filter (where claimed_by is null), min(held_until)) as next_at,
                            coalesce(max(holds), 0) as holds, min(held_until) as held_until
                          from subscription_health left join delivery_queue using (subscription_id)
                          where subscription_id = :id
                        ) as queue, (
                          select coalesce(sum(succeeded), 0)::bigint as succeeded, coalesce(sum(succeeded + failed), 0)::bigint as attempted
                          from delivery_statistic
                          where subscription_id = :id and hour > clock_timestamp() - interval '24 hours'
                        ) as rate, (
                          select percentile_disc(0.5) within group (order by response_time_ms) as p50,
                            percentile_disc(0.99) within group (order by response_time_ms) as p99
                          from (
                            select response_time_ms from delivery where subscription_id = :id and response_time_ms is not null
                            order by id desc limit :latest
                          ) as latest
                        ) as times""")
                .bind("id", subscription.id())
                .bind("latest", LATEST)
                .one(Deliveries::numbers));
    }

    private static Numbers numbers(Row row) {
        long attempted = row.number("attempted");
        boolean waits = row.number("waiting") > 0;
        return new Numbers(
                row.number("waiting"),
                row.number("oldest"),
                attempted == 0 ? Optional.empty() : Optional.of((double) row.number("succeeded") / attempted),
                number(row, "p50"),
                number(row, "p99"),
                row.text("breaker"),
                waits ? row.optionalInstant("next_at") : Optional.empty());
    }

    private static Sent sent(Row row) {
        return new Sent(
                DeliveryId.of(row.number("id")),
                row.text("event_id"),
                row.text("event_type"),
                row.text("status"),
                row.flag("replay"),
                row.integer("attempts"),
                number(row, "response_code"),
                number(row, "response_time_ms"),
                row.optionalText("error"),
                row.instant("created_at"),
                row.optionalInstant("finished_at"),
                row.optionalInstant("next_at"));
    }

    private static OptionalInt number(Row row, String column) {
        return row.optionalInteger(column).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }
}
