package dev.webhookdb.apply;

import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Webhooks of which the log has something else than what was logged: each has failed for good, by name, and keeps no other from its turn. */
final class DamagedWebhooks {
    private static final Logger LOG = LoggerFactory.getLogger(DamagedWebhooks.class);

    /** Something is missing, or is not what was written. Other internal errors pass, such as that of a partition that was just dropped. */
    private static final String DATA_CORRUPTED = "XX001";

    private DamagedWebhooks() {}

    /** Returns whether a database could not read what it has. */
    static boolean isDamage(DatabaseException failure) {
        return failure.sqlState().equals(DATA_CORRUPTED);
    }

    /**
     * Takes them off the queue.
     *
     * @param why a sentence
     */
    static void fail(Session session, List<Claim> damaged, String why) {
        if (damaged.isEmpty()) {
            return;
        }
        String reason = Texts.storable(
                "What the log has of it is damaged. %s Have the provider send it again, and check the disk of the database."
                        .formatted(why));
        damaged.forEach(one -> LOG.error(
                "The webhook {} to the endpoint numbered {} cannot be stored. {}",
                new LoggedWebhook.Position(one.receivedAt(), one.webhookId()).text(),
                one.endpointId(),
                reason));
        long[] ids = damaged.stream().mapToLong(Claim::webhookId).toArray();
        session.sql("""
                        insert into webhook_outcome (webhook_id, endpoint_id, received_at, state, reason, attempts)
                        select id, endpoint, received, :failed, :reason, attempts
                        from unnest(:ids, :endpoints, :received, :attempts) as damaged (id, endpoint, received, attempts)
                        on conflict (endpoint_id, received_at, webhook_id)
                        do update set state = excluded.state, reason = excluded.reason, attempts = excluded.attempts, decided_at = now()""")
                .bind("failed", Outcomes.FAILED)
                .bind("reason", reason)
                .bind("ids", ids)
                .bind("endpoints", damaged.stream().mapToLong(Claim::endpointId).toArray())
                .bind("received", damaged.stream().map(Claim::receivedAt).toArray(Instant[]::new))
                .bind(
                        "attempts",
                        damaged.stream().mapToInt(one -> one.attempts() + 1).toArray())
                .execute();
        Outcomes.remove(session, ids);
    }
}
