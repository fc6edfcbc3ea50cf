package dev.webhookdb.apply;

import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
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
        String reason =
                "What the log has of it is damaged. %s Have the provider send it again, and check the disk of the database."
                        .formatted(why);
        damaged.forEach(one -> LOG.error(
                "The webhook {} to the endpoint numbered {} cannot be stored. {}",
                new LoggedWebhook.Position(one.receivedAt(), one.webhookId()).text(),
                one.endpointId(),
                reason));
        Outcomes.fail(session, damaged, reason);
    }
}
