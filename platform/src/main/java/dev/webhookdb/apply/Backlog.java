package dev.webhookdb.apply;

import dev.webhookdb.sql.Database;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What waits to be applied of what came to an endpoint.
 *
 * @param webhooks how many
 * @param oldest when the first of them came
 */
public record Backlog(long webhooks, Instant oldest) {
    /** Reads those of an organization, by the number of the endpoint; where nothing waits there is none. */
    public static Map<Long, Backlog> of(Database platform, long organizationId) {
        Map<Long, Backlog> backlogs = new HashMap<>();
        platform.transaction(session -> session.sql("""
                        select endpoint_id, count(*) as webhooks, min(received_at) as oldest
                        from webhook_queue
                        where endpoint_id in (select id from endpoint where organization_id = :organization)
                        group by endpoint_id""")
                .bind("organization", organizationId)
                .list(row -> backlogs.put(
                        row.number("endpoint_id"), new Backlog(row.number("webhooks"), row.instant("oldest")))));
        return backlogs;
    }
}
