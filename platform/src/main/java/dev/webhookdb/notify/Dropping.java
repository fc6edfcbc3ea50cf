package dev.webhookdb.notify;

import dev.webhookdb.event.Events;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes with events that are not kept any longer. */
public final class Dropping {
    private static final Logger LOG = LoggerFactory.getLogger(Dropping.class);

    private Dropping() {}

    /**
     * Gives up deliveries of events, in the transaction that is about to drop them.
     *
     * @param partition of the table {@code event}; a name of ours
     */
    public static void events(Session session, String partition) {
        Events.dropping(session, partition);
        List<Given> given = session.sql("""
                        with gone as (
                          delete from delivery_queue as queued using %s as event
                          where event.organization_id = queued.organization_id and event.number = queued.event_number
                            and event.created_at = queued.event_at
                          returning queued.id, queued.delivery_at, queued.subscription_id, queued.row_key
                        ), failed as (
                          update delivery set status = 'failed', error = 'The event was not kept any longer.', finished_at = clock_timestamp()
                          from gone where delivery.id = gone.id and delivery.created_at = gone.delivery_at
                        )
                        select subscription_id, count(*) as deliveries, count(row_key) > 0 as ordered from gone
                        group by subscription_id order by subscription_id""".formatted(partition)).list(Given::read);
        if (!given.isEmpty()) {
            // behind the removal, as whoever settles deliveries does it
            Turns.lock(
                    session,
                    given.stream()
                            .filter(Given::ordered)
                            .mapToLong(Given::subscription)
                            .toArray());
            takeTurns(session);
            LOG.warn(
                    "{} deliveries were given up, because their events are not kept any longer",
                    given.stream().mapToLong(Given::deliveries).sum());
        }
    }

    /** What was given up of a subscription's. */
    private record Given(long subscription, long deliveries, boolean ordered) {
        private static Given read(Row row) {
            return new Given(row.number("subscription_id"), row.number("deliveries"), row.flag("ordered"));
        }
    }

    /** What waited for a row of the same key that was given up goes next. */
    private static void takeTurns(Session session) {
        session.sql("""
                        update delivery_queue set due_at = clock_timestamp()
                        where due_at is null and parked_at is null and id in (
                          select min(id) from delivery_queue where row_key is not null and parked_at is null
                          group by subscription_id, row_key)""").execute();
        WakeUps.tell(session, Queueing.QUEUE);
    }
}
