package dev.webhookdb.ledger;

import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;

/** The books, as the auditor works on them. */
final class Books {
    /** Longer than webhooks can be replayed; what waits for longer is kept in the books until it is settled. */
    static final Duration KEPT = Duration.ofDays(8);

    /**
     * What the books do not explain, by endpoint and hour. All of it is one statement, because only within one snapshot the books and the queue
     * are of the same moment; there they agree to the last webhook, whatever is under way.
     */
    private static final String UNEXPLAINED = """
            select endpoint_id, hour, sum(webhooks)::bigint as webhooks
            from (
              select endpoint_id, hour, accepted + requeued - settled as webhooks from webhook_ledger
              union all
              select endpoint_id, %1$s, -count(*) from webhook_queue group by 1, 2
              union all
              select endpoint_id, hour, -webhooks from webhook_imbalance
            ) as entry
            where hour >= (select since from webhook_ledger_start)
            group by 1, 2 having sum(webhooks) <> 0
            """.formatted(Ledger.hour("received_at"));

    /** Of an endpoint that is gone, nobody can be told, and nothing can be stored. */
    private static final String FOUND = """
            select endpoint.organization_id, endpoint.id as endpoint_id, endpoint.opaque_id, found.hour, found.webhooks
            from (%s) as found join endpoint on endpoint.id = found.endpoint_id
            order by 1, 2, 4
            """.formatted(UNEXPLAINED);

    private Books() {}

    /** Adds up the rows of one endpoint and hour. Those that are written meanwhile stay as they are until the next time. */
    static void fold(Session session) {
        session.sql("""
                        with crowded as (
                          select endpoint_id, hour from webhook_ledger group by 1, 2 having count(*) > 1
                        ), folded as (
                          delete from webhook_ledger using crowded
                          where webhook_ledger.endpoint_id = crowded.endpoint_id and webhook_ledger.hour = crowded.hour
                          returning webhook_ledger.*
                        )
                        insert into webhook_ledger (endpoint_id, hour, accepted, requeued, settled, rejected, answered)
                        select endpoint_id, hour, sum(accepted), sum(requeued), sum(settled), sum(rejected), sum(answered)
                        from folded group by 1, 2""").execute();
        session.sql("""
                        with crowded as (
                          select endpoint_id, hour from webhook_outcome_count group by 1, 2, state, integration_ids having count(*) > 1
                        ), folded as (
                          delete from webhook_outcome_count as counted
                          where (endpoint_id, hour) in (select endpoint_id, hour from crowded)
                          returning counted.*
                        )
                        insert into webhook_outcome_count (endpoint_id, hour, state, integration_ids, number)
                        select endpoint_id, hour, state, integration_ids, sum(number) from folded group by 1, 2, 3, 4
                        having sum(number) <> 0""").execute();
    }

    /**
     * Strikes out what is older than is kept and of which nothing waits. The books then begin at a later hour, which is written down with
     * that, so that what waits and what is written is judged by the same beginning.
     */
    static void forget(Session session) {
        boolean later = session.sql("""
                        update webhook_ledger_start set since = later.since
                        from (
                          select %s as since from (
                            select least(clock_timestamp() - :kept * interval '1 millisecond', min(received_at)) as kept from webhook_queue
                          ) as wanted
                        ) as later
                        where webhook_ledger_start.since < later.since""".formatted(Ledger.hour("kept")))
                        .bind("kept", KEPT.toMillis())
                        .execute()
                > 0;
        if (later) {
            session.sql("delete from webhook_ledger where hour < (select since from webhook_ledger_start)")
                    .execute();
            session.sql("delete from webhook_outcome_count where hour < (select since from webhook_ledger_start)")
                    .execute();
            session.sql("delete from changed_rows where hour < (select since from webhook_ledger_start)")
                    .execute();
            session.sql("delete from webhook_imbalance where hour < (select since from webhook_ledger_start)")
                    .execute();
        }
    }

    /** Returns what nobody has found yet. */
    static List<Imbalance> unexplained(Session session) {
        return session.sql(FOUND).list(Imbalance::read);
    }

    /** Writes down what was found, after which it is explained. */
    static void note(Session session, List<Imbalance> found) {
        for (Imbalance imbalance : found) {
            session.sql("""
                            insert into webhook_imbalance (endpoint_id, hour, webhooks)
                            select id, :hour, :webhooks from endpoint where id = :endpoint""")
                    .bind("endpoint", imbalance.endpointId())
                    .bind("hour", imbalance.hour())
                    .bind("webhooks", imbalance.webhooks())
                    .execute();
        }
    }
}
