package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.ledger.Ledger;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.webhooklog.LogSql;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an organization can see of its webhooks, and have done again. Thread-safe. */
public final class Webhooks {
    /** How far back webhooks are shown, counted, and done again. */
    public static final Duration REACH = Duration.ofDays(7);

    private static final String COLUMNS = """
            webhook.id, webhook.received_at, endpoint.opaque_id, webhook.method, derived.state,
            array_to_string(array(select table_name from integration where endpoint_id = endpoint.id and coalesce(id = any (outcome.integration_ids), true) order by id), '\n') as tables,
            coalesce(webhook.reason, queue.reason, nullif(outcome.reason, '')) as reason,
            coalesce(queue.attempts, outcome.attempts, 0) as attempts
            """;

    private static final String OUTCOME = """
            left join webhook_outcome as outcome on outcome.endpoint_id = webhook.endpoint_id
              and outcome.received_at = webhook.received_at and outcome.webhook_id = webhook.id
            """;

    /** The state of every webhook; each is in exactly one. */
    private static final String STATES = OUTCOME + """
            left join webhook_queue as queue on queue.webhook_id = webhook.id
            cross join lateral (
              select case
                when webhook.verdict = 1 then 'rejected'
                when queue.webhook_id is not null then 'pending'
                when outcome.state = 0 then 'ignored'
                when outcome.state = 1 then 'failed'
                else 'done' end as state
            ) as derived
            """;

    /** Those a {@link Window} is about. */
    static final String ENDPOINTS = """
            endpoint.organization_id = :organization and (
              :endpoint = '' or endpoint.opaque_id = :endpoint
              or endpoint.id in (select endpoint_id from integration where opaque_id = :endpoint))
            """;

    /** Those of a {@link Window}'s time. */
    private static final String WITHIN = """
            webhook.second >= %s and webhook.second < :until and webhook.received_at >= :since and webhook.received_at < :until
            """.formatted(LogSql.second(":since"));

    /** What is not known to be about certain integrations only is about all that the endpoint feeds. */
    private static final String CONCERNED =
            "coalesce((select id from integration where opaque_id = :endpoint) = any (outcome.integration_ids), true)";

    /** The log with the state of every webhook. */
    private static final String LOG = """
            from webhook
            join endpoint on endpoint.id = webhook.endpoint_id
            %s
            where %s and %s and %s
            """.formatted(STATES, ENDPOINTS, CONCERNED, WITHIN);

    /** Each endpoint's newest are found by the log's key, so that what a page costs does not grow with the log. */
    private static final String NEWEST =
            """
            select found.* from endpoint
            cross join lateral (
              select * from (
                %s
              ) as either
              order by received_at desc, id desc limit :most
            ) as found
            where %s
            order by found.received_at desc, found.id desc limit :most
            """.formatted(LogSql.inBoth("""
                            select %s
                            from {webhook}
                            %s
                            where webhook.endpoint_id = endpoint.id and {within} and {before} and derived.state = any (:states) and %s
                            order by {newest first} limit :most
                            """.formatted(COLUMNS, STATES, CONCERNED)), ENDPOINTS);

    /** The first that can be done again, behind a position. */
    private static final String REPLAYABLE = LogSql.inBoth("""
            select webhook.id, webhook.endpoint_id, webhook.received_at, {bytes} as bytes
            from {webhook}
            join endpoint on endpoint.id = webhook.endpoint_id
            %s
            where %s and %s and {within} and {after}
              and derived.state = any (:states) and derived.state not in ('rejected', 'pending') and webhook.verdict = 0
            order by {oldest first} limit :most
            """.formatted(STATES, ENDPOINTS, CONCERNED));

    private static final int MOST_PER_REPLAY = 10_000;

    private final Database platform;
    private final String publicUrl;

    /**
     * Reads the webhook log of the platform's database.
     *
     * @param publicUrl what providers call, without a path
     */
    public Webhooks(Database platform, URI publicUrl) {
        this.platform = platform;
        this.publicUrl = publicUrl.toString();
    }

    /**
     * Which webhooks are meant: those to an endpoint, or of an integration, in a span of time.
     *
     * @param endpoint the opaque id; empty for the whole organization
     * @param until excluded
     */
    public record Window(long organizationId, Optional<String> endpoint, Instant since, Instant until) {
        /** Returns everything of an organization that is within reach. */
        public static Window of(long organizationId, Instant now) {
            return new Window(organizationId, Optional.empty(), now.minus(REACH), now.plus(REACH));
        }

        /** Returns the same for one endpoint, or integration. */
        public Window to(String opaqueId) {
            return new Window(organizationId, Optional.of(opaqueId), since, until);
        }

        Statement bind(Statement statement) {
            return statement
                    .bind("organization", organizationId)
                    .bind("endpoint", endpoint.orElse(""))
                    .bind("since", since)
                    .bind("until", until);
        }
    }

    /**
     * Returns webhooks, newest first.
     *
     * @param states only those in one of them
     * @param before only those that came before that one
     */
    public List<LoggedWebhook> newest(Window window, Set<State> states, Optional<Position> before, int most) {
        Position end = before.orElse(new Position(window.until(), 0));
        return platform.transaction(session -> window.bind(session.sql(NEWEST))
                .bind("states", names(states))
                .bind("before", end.receivedAt())
                .bind("before_id", end.id())
                .bind("most", most)
                .list(Webhooks::read));
    }

    /**
     * A webhook with all that came with it.
     *
     * @param apiVersion at which version of the provider's API it was written, if it is genuine and says so
     */
    public record Received(LoggedWebhook webhook, Request request, Optional<String> apiVersion) {}

    /** Returns one of an organization's webhooks. */
    public Optional<Received> find(long organizationId, Position position) {
        Instant at = position.receivedAt();
        var window = new Window(organizationId, Optional.empty(), at, at.plusMillis(1));
        return platform.transaction(session -> window.bind(session.sql(
                        "select %s, webhook.url, webhook.headers, webhook.body, webhook.api_version %s and webhook.id = :id"
                                .formatted(COLUMNS, LOG)))
                .bind("id", position.id())
                .first(row -> new Received(read(row), Requests.read(row, publicUrl), row.optionalText("api_version"))));
    }

    /** Counts webhooks by state. */
    public Map<State, Long> counts(Window window) {
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            counts.put(state, 0L);
        }
        platform.transaction(session -> window.bind(
                        session.sql("select derived.state, count(*) as number " + LOG + " group by 1"))
                .list(row -> counts.put(State.of(row.text("state")).orElseThrow(), row.number("number"))));
        return counts;
    }

    /** Counts an integration's webhooks of the last seven days, and its last ten; what was rejected is all of its endpoint's. */
    public Traffic traffic(Integration integration) {
        return platform.transaction(session -> session.sql("""
                        select count(*) as received, count(*) filter (where verdict = 1) as rejected,
                          count(*) filter (where place <= 10) as latest,
                          count(*) filter (where verdict = 1 and place <= 10) as latest_rejected
                        from (
                          select webhook.verdict, row_number() over (order by webhook.received_at desc, webhook.id desc) as place
                          from webhook
                          %s
                          where webhook.endpoint_id = :endpoint and %s
                            and coalesce(:integration = any (outcome.integration_ids), true)
                        ) as placed""".formatted(OUTCOME, WITHIN))
                .bind("endpoint", integration.endpointId())
                .bind("integration", integration.id())
                .bind("since", Instant.now().minus(REACH))
                .bind("until", Instant.now().plus(REACH))
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
     * @param states only those in one of them; {@code DONE} ones are stored again, which changes nothing that is known
     * @return how many were queued
     */
    public long replay(Window window, Set<State> states) {
        String[] names = names(states);
        Instant begun = platform.transaction(
                session -> session.sql("select clock_timestamp() as now").one(row -> row.instant("now")));
        long total = 0;
        Position from = new Position(window.since(), 0);
        while (true) {
            Position start = from;
            Portion portion =
                    platform.transaction(Duration.ofMinutes(1), session -> portion(session, window, names, start));
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
    private void madeGood(Window window, Set<State> states, Instant begun) {
        if (states.contains(State.DONE)) {
            platform.run(session -> window.bind(session.sql("""
                            update webhook_imbalance set replayed_at = clock_timestamp() from endpoint
                            where endpoint.id = webhook_imbalance.endpoint_id and %s and webhooks > 0 and replayed_at is null
                              and found_at <= :begun and hour >= :since and hour + interval '1 hour' <= :until""".formatted(ENDPOINTS)))
                    .bind("begun", begun)
                    .execute());
        }
    }

    /** Returns how many webhooks cannot be replayed because their bodies were erased. */
    public long erased(Window window) {
        return platform.transaction(
                session -> window.bind(session.sql("""
                        select count(*) as number from webhook join endpoint on endpoint.id = webhook.endpoint_id
                        where %s and %s and %s""".formatted(ENDPOINTS, ErasedWebhooks.ERASED, WITHIN)))
                        .one(row -> row.number("number")));
    }

    private static Portion portion(Session session, Window window, String[] states, Position after) {
        WakeUps.tell(session, Queue.TABLE);
        return window.bind(session.sql("""
                        with chosen as (
                          select * from (
                            %s
                          ) as either
                          order by received_at, id limit :most
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
                        ) as last on true""".formatted(REPLAYABLE, Ledger.requeued("queued"))))
                .bind("states", states)
                .bind("after", after.receivedAt())
                .bind("after_id", after.id())
                .bind("most", MOST_PER_REPLAY)
                .one(Portion::read);
    }

    private static String[] names(Set<State> states) {
        return states.stream().map(State::text).toArray(String[]::new);
    }

    private static LoggedWebhook read(Row row) {
        return new LoggedWebhook(
                position(row),
                row.text("opaque_id"),
                row.text("tables").lines().toList(),
                row.text("method"),
                State.of(row.text("state")).orElseThrow(),
                row.optionalText("reason"),
                row.integer("attempts"));
    }

    static Position position(Row row) {
        return new Position(row.instant("received_at"), row.number("id"));
    }

    /** @param last where the next portion begins; empty if there was nothing left to choose */
    private record Portion(long queued, Optional<Position> last) {
        private static Portion read(Row row) {
            return new Portion(row.number("queued"), row.optionalNumber("id").map(id -> position(row)));
        }
    }
}
