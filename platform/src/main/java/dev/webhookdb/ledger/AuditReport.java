package dev.webhookdb.ledger;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import java.time.Duration;

/**
 * The books of one integration: of the webhooks that its endpoint received within the last seven days, and of what came of them in that
 * time, by full hours.
 *
 * @param accepted webhooks that were acknowledged as genuine
 * @param requeued how often one was put into the queue again
 * @param settled how often one left it: stored, ignored, failed or erased
 * @param waiting webhooks in the queue
 * @param lost webhooks that are in the log as accepted, and are nowhere else; 0 unless something is wrong
 * @param surplus webhooks that were counted twice; 0 unless something is wrong
 * @param changedRows rows of the table that came to be or became different, whether webhooks, backfills or programs said so
 * @param notifications deliveries to the integration's own subscriptions that were acknowledged; those to subscriptions of the whole
 *     organization are not among them
 * @param pages pages and batches of the integration's syncs that were acknowledged or written
 * @param syncedRows rows of these
 */
public record AuditReport(
        long accepted,
        long requeued,
        long settled,
        long waiting,
        long lost,
        long surplus,
        long changedRows,
        long notifications,
        long pages,
        long syncedRows) {
    private static final Duration REACH = Duration.ofDays(7);

    private static final String REPORT =
            """
            select accepted, requeued, settled, waiting, lost, surplus, changed_rows, notifications, pages, synced_rows
            from (select %s as first_hour) as span
            cross join lateral (
              select coalesce(sum(accepted), 0)::bigint as accepted, coalesce(sum(requeued), 0)::bigint as requeued,
                coalesce(sum(settled), 0)::bigint as settled
              from webhook_ledger where endpoint_id = :endpoint and hour >= first_hour
            ) as ledger
            cross join lateral (
              select count(*) as waiting from webhook_queue where endpoint_id = :endpoint and received_at >= first_hour
            ) as queue
            cross join lateral (
              select coalesce(sum(greatest(webhooks, 0)), 0)::bigint as lost, coalesce(sum(greatest(-webhooks, 0)), 0)::bigint as surplus
              from (
                select sum(webhooks) as webhooks from webhook_imbalance
                where endpoint_id = :endpoint and replayed_at is null group by hour
              ) as hours
            ) as imbalance
            cross join lateral (
              select coalesce(sum(number), 0)::bigint as changed_rows
              from changed_rows where integration_id = :integration and hour >= first_hour
            ) as written
            cross join lateral (
              select coalesce(sum(succeeded), 0)::bigint as notifications
              from delivery_statistic join subscription on subscription.id = subscription_id
              where integration_id = :integration and hour >= first_hour
            ) as told
            cross join lateral (
              select coalesce(sum(pages), 0)::bigint as pages, coalesce(sum(rows), 0)::bigint as synced_rows
              from sync_statistic join sync_target on sync_target.id = target_id
              where integration_id = :integration and hour >= first_hour
            ) as synced
            """.formatted(Ledger.hour("clock_timestamp() - :reach * interval '1 millisecond'"));

    /**
     * Reads the books of an integration.
     *
     * @param endpointId whose webhooks it gets, perhaps not it alone
     */
    public static AuditReport of(Database platform, long integrationId, long endpointId) {
        return platform.transaction(session -> session.sql(REPORT)
                .bind("integration", integrationId)
                .bind("endpoint", endpointId)
                .bind("reach", REACH.toMillis())
                .one(AuditReport::read));
    }

    private static AuditReport read(Row row) {
        return new AuditReport(
                row.number("accepted"),
                row.number("requeued"),
                row.number("settled"),
                row.number("waiting"),
                row.number("lost"),
                row.number("surplus"),
                row.number("changed_rows"),
                row.number("notifications"),
                row.number("pages"),
                row.number("synced_rows"));
    }
}
