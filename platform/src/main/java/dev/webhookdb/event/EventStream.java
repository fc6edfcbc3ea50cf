package dev.webhookdb.event;

import dev.webhookdb.sql.Session;
import java.time.Duration;

/** An organization's row of {@code event_stream}: who holds it writes events. */
final class EventStream {
    /** How long events are written for somebody who does not ask for them any more. */
    static final Duration PULLED = Duration.ofDays(7);

    private EventStream() {}

    /** Makes this transaction the only one that writes events of the organization. */
    static void lock(Session session, long organizationId) {
        session.sql("""
                        insert into event_stream (organization_id) values (:organization)
                        on conflict (organization_id) do update set organization_id = excluded.organization_id where false""").bind("organization", organizationId).execute();
    }

    /**
     * Notes that somebody asks for events, at most once a minute. Events of before he first did may not have been written: the number that
     * is taken for that is not given to any.
     *
     * @return whether nobody did before
     */
    static boolean pulled(Session session, long organizationId) {
        return session.sql("""
                        with before as materialized (
                          select pulled_at from event_stream where organization_id = :organization
                        )
                        insert into event_stream as stream (organization_id, pulled_at, kept_after)
                        select :organization, clock_timestamp(), nextval('event_number')
                        where not exists (select from before where pulled_at > clock_timestamp() - interval '1 minute')
                        on conflict (organization_id) do update set pulled_at = excluded.pulled_at,
                          kept_after = case when stream.pulled_at > clock_timestamp() - :pulled * interval '1 millisecond'
                            then stream.kept_after else greatest(stream.kept_after, excluded.kept_after) end
                        returning not coalesce((select pulled_at from before) > clock_timestamp() - :pulled * interval '1 millisecond', false)
                          as begins""")
                .bind("organization", organizationId)
                .bind("pulled", PULLED.toMillis())
                .first(row -> row.flag("begins"))
                .orElse(false);
    }

    static boolean isPulled(Session session, long organizationId) {
        return session.sql("""
                        select exists (select from event_stream where organization_id = :organization
                          and pulled_at > clock_timestamp() - :pulled * interval '1 millisecond') as pulled""")
                .bind("organization", organizationId)
                .bind("pulled", PULLED.toMillis())
                .one(row -> row.flag("pulled"));
    }

    static long keptAfter(Session session, long organizationId) {
        return session.sql("select kept_after from event_stream where organization_id = :organization")
                .bind("organization", organizationId)
                .first(row -> row.number("kept_after"))
                .orElse(0L);
    }
}
