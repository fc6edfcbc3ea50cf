package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.ledger.Ledger;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Puts logged webhooks into the queue again. Thread-safe. */
final class Requeueing {
    private static final int MOST_PER_PORTION = 10_000;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** What is pending is on its way, and what was rejected, erased, or only answered, says nothing that could be stored. */
    private static final Set<State> DECIDED = Set.of(State.DONE, State.IGNORED, State.FAILED);

    private static final String COLUMNS = "webhook.id, webhook.endpoint_id, webhook.received_at, webhook.bytes";

    private final Database platform;

    Requeueing(Database platform) {
        this.platform = platform;
    }

    /** See {@link Webhooks#replay}. */
    long requeue(Webhooks.Window window, Set<State> wanted) {
        Set<State> states = EnumSet.copyOf(DECIDED);
        states.retainAll(wanted);
        if (states.isEmpty()) {
            return 0;
        }
        Instant begun = platform.transaction(
                session -> session.sql("select clock_timestamp() as now").one(row -> row.instant("now")));
        long total = 0;
        Position from = new Position(window.since(), 0);
        while (true) {
            Position start = from;
            Portion portion = platform.transaction(LIMIT, session -> portion(session, window, states, start));
            total += portion.queued();
            if (portion.last().isEmpty()) {
                madeGood(window, states, begun);
                return total;
            }
            from = portion.last().get();
        }
    }

    /**
     * Notes of which hours all webhooks were queued again that nothing else is known of. A webhook that is lost is one of these: nobody
     * said that it is ignored or has failed, and it is not in the queue.
     */
    private void madeGood(Webhooks.Window window, Set<State> states, Instant begun) {
        if (states.contains(State.DONE)) {
            platform.run(session -> window.bind(session.sql("""
                            update webhook_imbalance set replayed_at = clock_timestamp() from endpoint
                            where endpoint.id = webhook_imbalance.endpoint_id and %s and webhooks > 0 and replayed_at is null
                              and found_at <= :begun and hour >= :since and hour + interval '1 hour' <= :until""".formatted(WebhookSql.ENDPOINTS)))
                    .bind("begun", begun)
                    .execute());
        }
    }

    private static Portion portion(Session session, Webhooks.Window window, Set<State> states, Position after) {
        WakeUps.tell(session, Queue.TABLE);
        return window.bind(session.sql("""
                        with chosen as (
                          select found.* from endpoint
                          cross join lateral (
                            %s
                          ) as found
                          where %s
                          order by found.received_at, found.id limit :most
                        ), queued as (
                          insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at, replayed, bytes)
                          select id, endpoint_id, received_at, clock_timestamp(), true, bytes from chosen
                          on conflict (webhook_id) do nothing
                          returning webhook_id, endpoint_id, received_at
                        ), booked as (
                          %s
                        ), reopened as (
                          delete from webhook_outcome using chosen
                          where webhook_outcome.endpoint_id = chosen.endpoint_id
                            and webhook_outcome.received_at = chosen.received_at and webhook_outcome.webhook_id = chosen.id
                        )
                        select (select count(*) from queued) as queued, last.id, last.received_at
                        from (values (1)) as one (row)
                        left join lateral (
                          select id, received_at from chosen order by received_at desc, id desc limit 1
                        ) as last on true""".formatted(
                                WebhookSql.first(COLUMNS, "webhook.verdict = 0", states, WebhookSql.From.OLDEST),
                                WebhookSql.ENDPOINTS,
                                Ledger.requeued("queued"))))
                .bind("states", Webhooks.names(states))
                .bind("after", after.receivedAt())
                .bind("after_id", after.id())
                .bind("most", MOST_PER_PORTION)
                .one(Portion::read);
    }

    /** @param last where the next portion begins; empty if there was nothing left to choose */
    private record Portion(long queued, Optional<Position> last) {
        private static Portion read(Row row) {
            return new Portion(row.number("queued"), row.optionalNumber("id").map(id -> Webhooks.position(row)));
        }
    }
}
