package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.UnverifiableException;
import dev.webhookdb.integration.Verification;
import dev.webhookdb.ledger.Ledger;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.webhooklog.LogEdits;
import dev.webhookdb.webhooklog.LogSql;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives rejected webhooks another chance: verifies them with the settings of now, as of the time they arrived, and queues the genuine
 * ones. A correct signature that was made with a secret that only now is known is as good as one that was known at the time.
 * Thread-safe.
 */
public final class Reverification {
    private static final Logger LOG = LoggerFactory.getLogger(Reverification.class);
    private static final int AT_ONCE = 200;

    private static final String REJECTED = """
            select id, received_at, endpoint_id from (
              %s
            ) as either order by received_at, id limit :most""".formatted(LogSql.inBoth("""
                    select webhook.id, webhook.received_at, webhook.endpoint_id
                    from {webhook}
                    join endpoint on endpoint.id = webhook.endpoint_id
                    where %s and {rejected} and webhook.size is null and {within} and {after}
                    order by {oldest first} limit :most
                    """.formatted(WebhookSql.ENDPOINTS)));

    private final Database platform;
    private final Endpoints endpoints;
    private final Verification verification;
    private final String publicUrl;

    /** @param publicUrl what providers call, without a path; signatures may cover it */
    public Reverification(Database platform, Endpoints endpoints, Verification verification, URI publicUrl) {
        this.platform = platform;
        this.endpoints = endpoints;
        this.verification = verification;
        this.publicUrl = publicUrl.toString();
    }

    /**
     * Verifies what was rejected. Each is decided on its own, so that nothing is lost when this is cut short, and doing it again does
     * no harm.
     *
     * @return how many were genuine, and are queued
     */
    public long verify(Webhooks.Window window) {
        long accepted = 0;
        Position after = new Position(window.since(), 0);
        while (true) {
            List<Rejected> portion = rejected(window, after);
            if (portion.isEmpty()) {
                return accepted;
            }
            List<Rejected> genuine = portion.stream().filter(this::isGenuine).toList();
            accepted += genuine.isEmpty() ? 0 : accept(genuine);
            after = portion.getLast().position();
        }
    }

    /**
     * Verifies what was rejected at endpoints whose settings were supplied anew since, within {@link Webhooks#REACH}. An endpoint is due
     * until that is finished, so that what a crash cut short is done at the next start.
     */
    public void verifyDue() {
        for (Due due : due()) {
            try {
                verify(due);
            } catch (RuntimeException e) {
                LOG.warn("What {} rejected is to be verified again later: {}", due.opaqueId(), e.getMessage());
            }
        }
    }

    private void verify(Due due) {
        long genuine =
                verify(Webhooks.Window.of(due.organizationId(), Instant.now()).to(due.opaqueId()));
        platform.run(session -> session.sql("""
                        update endpoint set resupplied_at = null
                        where opaque_id = :endpoint and resupplied_at = :resupplied""")
                .bind("endpoint", due.opaqueId())
                .bind("resupplied", due.resuppliedAt())
                .execute());
        if (genuine > 0) {
            LOG.info("{} rejected webhooks to {} are genuine after all, and are stored", genuine, due.opaqueId());
        }
    }

    private record Due(String opaqueId, long organizationId, Instant resuppliedAt) {
        private static Due read(Row row) {
            return new Due(row.text("opaque_id"), row.number("organization_id"), row.instant("resupplied_at"));
        }
    }

    private List<Due> due() {
        return platform.transaction(session -> session.sql("""
                        select opaque_id, organization_id, resupplied_at from endpoint
                        where resupplied_at is not null order by resupplied_at""").list(Due::read));
    }

    private record Rejected(Position position, long endpointId) {
        private static Rejected read(Row row) {
            return new Rejected(Webhooks.position(row), row.number("endpoint_id"));
        }
    }

    private List<Rejected> rejected(Webhooks.Window window, Position after) {
        return platform.transaction(session -> window.bind(session.sql(REJECTED))
                .bind("after", after.receivedAt())
                .bind("after_id", after.id())
                .bind("most", AT_ONCE)
                .list(Rejected::read));
    }

    /** One body at a time is in memory, because anybody may send large ones. */
    private boolean isGenuine(Rejected rejected) {
        Optional<Endpoint> endpoint = endpoints.find(rejected.endpointId());
        Optional<Request> request = platform.transaction(
                session -> session.sql("""
                        select %s from webhook
                        where %s and size is null""".formatted(Requests.COLUMNS, LogSql.isOne(":endpoint", ":received", ":id")))
                        .bind("endpoint", rejected.endpointId())
                        .bind("received", rejected.position().receivedAt())
                        .bind("id", rejected.position().id())
                        .first(row -> Requests.read(row, publicUrl)));
        return endpoint.isPresent() && request.isPresent() && isGenuine(endpoint.get(), request.get());
    }

    /** What cannot be verified stays rejected, and keeps nothing else from being verified. */
    private boolean isGenuine(Endpoint endpoint, Request request) {
        try {
            return verification.verify(endpoint, request) instanceof Verdict.Accept;
        } catch (UnverifiableException e) {
            LOG.warn("A rejected webhook to {} is not verified again: {}", endpoint.opaqueId(), e.getMessage());
            return false;
        }
    }

    private long accept(List<Rejected> genuine) {
        var webhooks = new LogEdits.Webhooks(
                genuine.stream().mapToLong(one -> one.position().id()).toArray(),
                genuine.stream().mapToLong(Rejected::endpointId).toArray(),
                genuine.stream().map(one -> one.position().receivedAt()).toArray(Instant[]::new));
        return platform.transaction(session -> {
            WakeUps.tell(session, Queue.TABLE);
            List<Long> accepted = LogEdits.accept(session, webhooks);
            return session.sql("""
                            with accepted as (
                              select id, endpoint_id, received_at, not exists (
                                select from webhook_row as logged
                                where logged.endpoint_id = genuine.endpoint_id and logged.received_at = genuine.received_at
                                  and logged.id = genuine.id) as is_counted
                              from unnest(:ids, :endpoints, :received) as genuine (id, endpoint_id, received_at)
                              where id = any (:accepted)
                            ), booked as (
                              %s
                            )
                            insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at)
                            select id, endpoint_id, received_at, clock_timestamp() from accepted
                            on conflict (webhook_id) do nothing""".formatted(Ledger.accepted("accepted")))
                    .bind("ids", webhooks.ids())
                    .bind("endpoints", webhooks.endpoints())
                    .bind("received", webhooks.received())
                    .bind(
                            "accepted",
                            accepted.stream().mapToLong(Long::longValue).toArray())
                    .execute();
        });
    }
}
