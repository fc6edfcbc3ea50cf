package dev.webhookdb.ledger;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Webhooks of an hour that the books do not explain.
 *
 * @param endpoint its opaque id
 * @param hour when the hour began in which they were received
 * @param webhooks how many were accepted, are not in the queue, and left it without a word; less than zero if there are more than came
 */
public record Imbalance(long organizationId, long endpointId, String endpoint, Instant hour, long webhooks) {
    private static final String OPEN = """
            select endpoint.organization_id, endpoint.id as endpoint_id, endpoint.opaque_id, imbalance.hour, sum(imbalance.webhooks)::bigint as webhooks
            from webhook_imbalance as imbalance join endpoint on endpoint.id = imbalance.endpoint_id
            where imbalance.replayed_at is null
            group by 1, 2, 3, 4 having sum(imbalance.webhooks) <> 0
            order by 1, 2, 4
            """;

    /** Returns what was found and not made good since, oldest first for each endpoint. It is forgotten eight days after that hour. */
    public static List<Imbalance> open(Database platform) {
        return platform.transaction(session -> session.sql(OPEN).list(Imbalance::read));
    }

    /** Returns the same, and what the auditor would find now. Reads the books and the queue, and writes nothing. */
    public static List<Imbalance> openOrUnexplained(Database platform) {
        return platform.transaction(
                Auditor.LIMIT,
                session -> Stream.concat(
                                session.sql(OPEN).list(Imbalance::read).stream(), Books.unexplained(session).stream())
                        .toList());
    }

    /** Returns whether there are more webhooks than came, which is a defect of ours. */
    public boolean isSurplus() {
        return webhooks < 0;
    }

    /** Returns the command that stores all webhooks of the endpoint and hour again, and with them those that are lost. */
    public String replay() {
        return "webhookdb replay --integration %s --state done --since %s --until %s"
                .formatted(endpoint, hour, hour.plus(Duration.ofHours(1)));
    }

    /** Returns how many are lost in all of these. */
    public static long lost(List<Imbalance> imbalances) {
        return imbalances.stream()
                .mapToLong(Imbalance::webhooks)
                .filter(webhooks -> webhooks > 0)
                .sum();
    }

    /** Returns how many there are too many in all of these. */
    public static long surplus(List<Imbalance> imbalances) {
        return -imbalances.stream()
                .mapToLong(Imbalance::webhooks)
                .filter(webhooks -> webhooks < 0)
                .sum();
    }

    static Imbalance read(Row row) {
        return new Imbalance(
                row.number("organization_id"),
                row.number("endpoint_id"),
                row.text("opaque_id"),
                row.instant("hour"),
                row.number("webhooks"));
    }
}
