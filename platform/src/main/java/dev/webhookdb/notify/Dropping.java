package dev.webhookdb.notify;

import dev.webhookdb.event.Events;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Session;
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
        int given = session.sql("""
                        with gone as (
                          delete from delivery_queue as queued using %s as event
                          where event.organization_id = queued.organization_id and event.number = queued.event_number
                            and event.created_at = queued.event_at
                          returning queued.id, queued.delivery_at
                        )
                        update delivery set status = 'failed', error = 'The event was not kept any longer.', finished_at = clock_timestamp()
                        from gone where delivery.id = gone.id and delivery.created_at = gone.delivery_at""".formatted(partition)).execute();
        if (given > 0) {
            takeTurns(session);
            LOG.warn("{} deliveries were given up, because their events are not kept any longer", given);
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
