package dev.webhookdb.notify;

import dev.webhookdb.event.Event;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Session;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Puts events into the queue of deliveries. */
final class Queueing {
    /** The table, and whom a change of it wakes. */
    static final String QUEUE = "delivery_queue";

    private static final int NEW = 1;
    private static final int REPLAYED = 2;

    private Queueing() {}

    /** An event that is to be delivered to a subscriber. */
    record Wanted(Subscriber subscriber, Event event) {
        /** What has to wait for another with the same: rows of a subscriber that wants order. */
        private String rowKey() {
            OptionalLong integration = event.integration();
            return subscriber.ordered()
                            && integration.isPresent()
                            && event.key().isPresent()
                    ? "%d:%s".formatted(integration.getAsLong(), event.key().get())
                    : null;
        }
    }

    /**
     * Queues deliveries, in their order, with the transaction. Nothing is queued for subscriptions that are disabled, or are not there any
     * more.
     *
     * @return how many were queued
     */
    static int queue(Session session, long organizationId, List<Wanted> wanted, boolean replay) {
        if (wanted.isEmpty()) {
            return 0;
        }
        session.lookUpByIndex();
        keepOrder(session, wanted);
        int queued = session.sql("""
                        with active as materialized (
                          select id from subscription where id = any (:subscriptions) and status <> 'disabled' order by id for share
                        ), told as materialized (
                          select nextval('delivery_id') as id, sorted.*, clock_timestamp() as now from (
                            select one.* from unnest(:subscriptions, :numbers, :times, :events, :types, :rows) with ordinality
                              as one (subscription_id, event_number, event_at, event_id, event_type, row_key, place)
                            join active on active.id = one.subscription_id
                            order by place
                          ) as sorted
                        ), delivered as (
                          insert into delivery (id, subscription_id, organization_id, event_number, event_at, event_id, event_type, replay,
                            created_at)
                          select id, subscription_id, :organization, event_number, event_at, event_id, event_type, :replay, now from told
                        )
                        insert into delivery_queue (id, delivery_at, subscription_id, organization_id, event_number, event_at, row_key,
                          replay, due_at, priority)
                        select id, now, subscription_id, :organization, event_number, event_at, row_key, :replay,
                          case when row_key is null
                            or (row_number() over (partition by subscription_id, row_key order by id) = 1
                              and not exists (select from delivery_queue as earlier where earlier.subscription_id = told.subscription_id
                                and earlier.row_key = told.row_key and earlier.parked_at is null))
                            then now end,
                          :priority
                        from told""")
                .bind("organization", organizationId)
                .bind("replay", replay)
                .bind("priority", replay ? REPLAYED : NEW)
                .bind(
                        "subscriptions",
                        wanted.stream().mapToLong(one -> one.subscriber().id()).toArray())
                .bind(
                        "numbers",
                        wanted.stream().mapToLong(one -> one.event().number()).toArray())
                .bind(
                        "times",
                        wanted.stream().map(one -> one.event().createdAt()).toArray(Instant[]::new))
                .bind("events", wanted.stream().map(one -> one.event().id()).toArray(String[]::new))
                .bind("types", wanted.stream().map(one -> one.event().type()).toArray(String[]::new))
                .bind("rows", wanted.stream().map(Wanted::rowKey).toArray(String[]::new))
                .execute();
        WakeUps.tell(session, QUEUE);
        return queued;
    }

    /** Whoever removes a row of these subscribers from the queue gives the next of its key its turn under the same lock. */
    private static void keepOrder(Session session, List<Wanted> wanted) {
        Turns.lock(
                session,
                wanted.stream()
                        .filter(one -> one.rowKey() != null)
                        .mapToLong(one -> one.subscriber().id())
                        .distinct()
                        .sorted()
                        .toArray());
    }
}
