package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.database.Database;
import dev.webhookdb.database.Row;
import dev.webhookdb.database.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an organization can see of its webhooks, and have done again. Thread-safe. */
public final class Webhooks {
    /** The log with the state of every webhook; each webhook is in exactly one. */
    private static final String LOG = """
            from webhook
            join endpoint on endpoint.id = webhook.endpoint_id
            left join webhook_outcome as outcome on outcome.endpoint_id = webhook.endpoint_id
              and outcome.received_at = webhook.received_at and outcome.webhook_id = webhook.id
            left join webhook_queue as queue on queue.webhook_id = webhook.id
            cross join lateral (
              select case
                when webhook.verdict = 1 then 'rejected'
                when queue.webhook_id is not null then 'pending'
                when outcome.state = 0 then 'ignored'
                when outcome.state = 1 then 'failed'
                else 'done' end as state
            ) as derived
            where endpoint.organization_id = :organization
              and webhook.received_at >= :since and webhook.received_at < :until
            """;

    private static final Duration LISTED = Duration.ofDays(7);
    private static final int MOST_PER_REPLAY = 10_000;

    private final Database platform;

    /** Reads the webhook log of the platform's database. */
    public Webhooks(Database platform) {
        this.platform = platform;
    }

    /**
     * Which webhooks to replay.
     *
     * @param state only those in that state; {@code DONE} ones are stored again, which changes nothing that is known
     * @param endpoint only those to the endpoint, or integration, with that opaque id
     */
    public record Selection(State state, Optional<String> endpoint, Instant since, Instant until) {}

    /** Returns an organization's webhooks of the last seven days, newest first, optionally those in one state. */
    public List<LoggedWebhook> newest(long organizationId, Optional<State> state, int most) {
        String condition = state.isPresent() ? " and derived.state = :state" : "";
        return platform.transaction(session -> {
            Statement statement = session.sql("""
                            select webhook.id, webhook.received_at, endpoint.opaque_id, webhook.method, derived.state,
                              coalesce(webhook.reason, queue.reason, outcome.reason) as reason,
                              coalesce(queue.attempts, outcome.attempts, 0) as attempts
                            %s%s
                            order by webhook.received_at desc, webhook.id desc limit :most""".formatted(LOG, condition))
                    .bind("organization", organizationId)
                    .bind("since", Instant.now().minus(LISTED))
                    .bind("until", Instant.now().plus(LISTED))
                    .bind("most", most);
            state.ifPresent(wanted -> statement.bind("state", wanted.text()));
            return statement.list(Webhooks::read);
        });
    }

    /** Counts an organization's webhooks of the last seven days, by state. */
    public Map<State, Long> counts(long organizationId) {
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            counts.put(state, 0L);
        }
        platform.transaction(session -> session.sql("select derived.state, count(*) as number " + LOG + " group by 1")
                .bind("organization", organizationId)
                .bind("since", Instant.now().minus(LISTED))
                .bind("until", Instant.now().plus(LISTED))
                .list(row -> counts.put(State.of(row.text("state")).orElseThrow(), row.number("number"))));
        return counts;
    }

    /** Counts an endpoint's webhooks of the last seven days, and its last ten. */
    public Traffic traffic(long endpointId) {
        return platform.transaction(session -> session.sql("""
                        select count(*) as received, count(*) filter (where verdict = 1) as rejected,
                          count(*) filter (where place <= 10) as latest,
                          count(*) filter (where verdict = 1 and place <= 10) as latest_rejected
                        from (
                          select verdict, row_number() over (order by received_at desc, id desc) as place from webhook
                          where endpoint_id = :endpoint and received_at >= :since and received_at < :until
                        ) as placed""")
                .bind("endpoint", endpointId)
                .bind("since", Instant.now().minus(LISTED))
                .bind("until", Instant.now().plus(LISTED))
                .one(row -> new Traffic(
                        row.number("received"),
                        row.number("rejected"),
                        row.number("latest"),
                        row.number("latest_rejected"))));
    }

    /**
     * How many webhooks came.
     *
     * @param latest how many of the last ten there are
     */
    public record Traffic(long received, long rejected, long latest, long latestRejected) {}

    /**
     * Puts webhooks into the queue again, as if they had just arrived, in the order of their arrival. Rejected and pending ones are
     * left alone. Works in portions, so that no transaction is long; what is queued already is not queued twice.
     *
     * @return how many were queued
     */
    public long replay(long organizationId, Selection selection) {
        long total = 0;
        Position from = new Position(selection.since(), 0);
        while (true) {
            Position start = from;
            Portion portion = platform.transaction(
                    Duration.ofMinutes(1),
                    session -> session.sql(portion(selection))
                            .bind("organization", organizationId)
                            .bind("state", selection.state().text())
                            .bind("since", start.receivedAt())
                            .bind("after", start.id())
                            .bind("until", selection.until())
                            .bind("endpoint", selection.endpoint().orElse(""))
                            .bind("most", MOST_PER_REPLAY)
                            .one(Portion::read));
            total += portion.queued();
            if (portion.last().isEmpty()) {
                return total;
            }
            from = portion.last().get();
        }
    }

    private static String portion(Selection selection) {
        String endpoint = selection.endpoint().isPresent()
                ? " and (endpoint.opaque_id = :endpoint or endpoint.id in (select endpoint_id from integration where opaque_id = :endpoint))"
                : " and :endpoint = ''";
        return """
                with chosen as (
                  select webhook.id, webhook.endpoint_id, webhook.received_at
                  %s%s
                    and derived.state = :state and derived.state not in ('rejected', 'pending') and webhook.verdict = 0
                    and (webhook.received_at, webhook.id) > (:since, :after)
                  order by webhook.received_at, webhook.id limit :most
                ), queued as (
                  insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at)
                  select id, endpoint_id, received_at, clock_timestamp() from chosen
                  on conflict (webhook_id) do nothing
                  returning webhook_id
                ), reopened as (
                  delete from webhook_outcome using chosen
                  where webhook_outcome.endpoint_id = chosen.endpoint_id
                    and webhook_outcome.received_at = chosen.received_at and webhook_outcome.webhook_id = chosen.id
                )
                select (select count(*) from queued) as queued, last.id, last.received_at
                from (values (1)) as one (row)
                left join lateral (
                  select id, received_at from chosen order by received_at desc, id desc limit 1
                ) as last on true
                """.formatted(LOG, endpoint);
    }

    private static LoggedWebhook read(Row row) {
        return new LoggedWebhook(
                row.number("id"),
                row.instant("received_at"),
                row.text("opaque_id"),
                row.text("method"),
                State.of(row.text("state")).orElseThrow(),
                row.optionalText("reason"),
                row.integer("attempts"));
    }

    private record Position(Instant receivedAt, long id) {}

    /** @param last where the next portion begins; empty if there was nothing left to choose */
    private record Portion(long queued, Optional<Position> last) {
        private static Portion read(Row row) {
            return new Portion(
                    row.number("queued"),
                    row.optionalNumber("id").map(id -> new Position(row.instant("received_at"), id)));
        }
    }
}
