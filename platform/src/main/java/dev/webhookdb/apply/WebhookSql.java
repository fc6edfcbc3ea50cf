package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.webhooklog.LogSql;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** SQL about logged webhooks and what became of them. */
final class WebhookSql {
    /** What {@link Webhooks#read} reads. */
    static final String COLUMNS = """
            webhook.id, webhook.received_at, endpoint.opaque_id, webhook.method, derived.state,
            array_to_string(array(select table_name from integration where endpoint_id = endpoint.id and coalesce(id = any (outcome.integration_ids), true) order by id), '\\n') as tables,
            coalesce(webhook.reason, queue.reason, nullif(outcome.reason, '')) as reason,
            coalesce(queue.attempts, outcome.attempts, 0) as attempts
            """;

    /** Those a {@link Webhooks.Window} is about. */
    static final String ENDPOINTS = """
            endpoint.organization_id = :organization and (
              :endpoint = '' or endpoint.opaque_id = :endpoint
              or endpoint.id in (select endpoint_id from integration where opaque_id = :endpoint))
            """;

    /** Those of a {@link Webhooks.Window}'s time. */
    static final String WITHIN = """
            webhook.second >= %s and webhook.second < :until and webhook.received_at >= :since and webhook.received_at < :until
            """.formatted(LogSql.second(":since"));

    private static final String OUTCOME = """
            left join webhook_outcome as outcome on outcome.endpoint_id = webhook.endpoint_id
              and outcome.received_at = webhook.received_at and outcome.webhook_id = webhook.id
            """;

    private static final String QUEUE = "left join webhook_queue as queue on queue.webhook_id = webhook.id";

    /** The state of every webhook; each is in exactly one. */
    private static final String STATE = """
            cross join lateral (
              select case
                when webhook.verdict = 1 then 'rejected'
                when queue.webhook_id is not null then 'pending'
                when outcome.state = 0 then 'ignored'
                when outcome.state = 1 then 'failed'
                else 'done' end as state
            ) as derived
            """;

    private static final String STATES = OUTCOME + QUEUE + "\n" + STATE;

    /** What is not known to be about certain integrations only is about all that the endpoint feeds. */
    private static final String CONCERNED =
            "coalesce((select id from integration where opaque_id = :endpoint) = any (outcome.integration_ids), true)";

    /** The log with the state of every webhook. */
    static final String LOG = """
            from webhook
            join endpoint on endpoint.id = webhook.endpoint_id
            %s
            where %s and %s and %s
            """.formatted(STATES, ENDPOINTS, CONCERNED, WITHIN);

    /** One endpoint's, of those in a state which is written down elsewhere than in the log. */
    private static final String LOOKED_UP =
            """
            cross join lateral (
              select * from webhook where %s
              limit 1
            ) as webhook
            """.formatted(LogSql.isOne("known.endpoint_id", "known.received_at", "known.webhook_id"));

    private WebhookSql() {}

    /**
     * Returns the queries, joined by {@code union all}, of the first {@code :most} of an endpoint's webhooks in some states, each in its
     * order, with what {@code columns} says. What is rare is found where it is written down, and not in the log.
     *
     * @param columns of {@code webhook}, {@code outcome}, {@code queue}, {@code derived} and {@code endpoint}
     * @param condition on these, which all of them fulfil
     * @param from which way to go, and from where
     */
    static String first(String columns, String condition, Set<State> states, From from) {
        Set<State> sought = states.contains(State.DONE) ? EnumSet.of(State.DONE) : states;
        return sought.stream()
                .map(state -> piece(columns, condition, state, from))
                .collect(Collectors.joining("\nunion all\n"));
    }

    private static String piece(String columns, String condition, State state, From from) {
        String wanted = "derived.state = any (:states) and %s and %s".formatted(condition, CONCERNED);
        return switch (state) {
            case DONE -> logged(columns, wanted, from);
            case REJECTED -> logged(columns, "{rejected} and " + wanted, from);
            case PENDING ->
                """
                (select %s
                from (
                  select * from webhook_queue as known where known.endpoint_id = endpoint.id and %s order by %s limit :most
                ) as known
                %s %s %s %s
                where %s)
                """.formatted(columns, from.known, from.knownOrder, LOOKED_UP, OUTCOME, QUEUE, STATE, wanted);
            case IGNORED -> decided(columns, "known.state = 0 and " + wanted, from);
            case FAILED -> decided(columns, "known.state = 1 and " + wanted, from);
        };
    }

    private static String logged(String columns, String wanted, From from) {
        return LogSql.inBoth("""
                select %s
                from {webhook}
                %s
                where webhook.endpoint_id = endpoint.id and {within} and %s and %s
                order by %s limit :most
                """.formatted(columns, STATES, from.logged, wanted, from.loggedOrder));
    }

    private static String decided(String columns, String wanted, From from) {
        return """
                (select %s
                from webhook_outcome as known
                %s %s %s %s
                where known.endpoint_id = endpoint.id and %s and %s
                order by %s limit :most)
                """.formatted(columns, LOOKED_UP, OUTCOME, QUEUE, STATE, from.known, wanted, from.knownOrder);
    }

    /** Where to begin, and which way to go. */
    enum From {
        /** From before {@code (:before, :before_id)} to the oldest. */
        NEWEST(
                "{before}",
                "{newest first}",
                "known.received_at <= :before and (known.received_at, known.webhook_id) < (:before, :before_id)",
                "known.received_at desc, known.webhook_id desc"),
        /** From behind {@code (:after, :after_id)} to the newest. */
        OLDEST(
                "{after}",
                "{oldest first}",
                "known.received_at >= :after and (known.received_at, known.webhook_id) > (:after, :after_id)",
                "known.received_at, known.webhook_id");

        private final String logged;
        private final String loggedOrder;
        private final String known;
        private final String knownOrder;

        From(String logged, String loggedOrder, String known, String knownOrder) {
            this.logged = logged;
            this.loggedOrder = loggedOrder;
            this.known = "known.received_at >= :since and known.received_at < :until and " + known;
            this.knownOrder = knownOrder;
        }
    }
}
