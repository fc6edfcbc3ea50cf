package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counts webhooks. Full hours are counted in the books, so that a count costs what its hours cost, however many webhooks there are; what
 * is before the first of them, and after the last, in the log. Thread-safe.
 */
final class WebhookCounts {
    private static final String IN_LOG =
            "select derived.state, count(*) as number %s group by 1".formatted(WebhookSql.LOG);

    /**
     * Of an outcome that has to do with other integrations only, the webhook does not count. Those of which nothing was written down are
     * stored. What an older version rejected or answered is in its form of the log alone.
     */
    private static final String IN_BOOKS = """
            with those as materialized (
              select endpoint.id from endpoint where %s
            ), logged as (
              select coalesce(sum(accepted), 0) as accepted, coalesce(sum(rejected), 0) as rejected, coalesce(sum(answered), 0) as answered
              from webhook_ledger where endpoint_id in (select id from those) and hour >= :since and hour < :until
            ), logged_before as (
              select count(*) filter (where verdict = 1) as rejected, count(*) filter (where verdict = 2) as answered
              from webhook_row
              where endpoint_id in (select id from those) and received_at >= :since and received_at < :until and verdict in (1, 2)
            ), waiting as (
              select count(*) as number from webhook_queue
              where endpoint_id in (select id from those) and received_at >= :since and received_at < :until
            ), decided as (
              select coalesce(sum(number) filter (where state = 0 and concerned), 0) as ignored,
                coalesce(sum(number) filter (where state = 1 and concerned), 0) as failed,
                coalesce(sum(number) filter (where not concerned), 0) as others
              from (
                select state, number,
                  coalesce((select id from integration where opaque_id = :endpoint) = any (integration_ids), true) as concerned
                from webhook_outcome_count where endpoint_id in (select id from those) and hour >= :since and hour < :until
              ) as outcome
            )
            select logged.rejected + logged_before.rejected as rejected, waiting.number as pending, ignored, failed,
              accepted + logged.answered + logged_before.answered - waiting.number - ignored - failed - others as done
            from logged, logged_before, waiting, decided
            """.formatted(WebhookSql.ENDPOINTS);

    private final Database platform;

    WebhookCounts(Database platform) {
        this.platform = platform;
    }

    /** See {@link Webhooks#counts}. */
    Map<State, Long> of(Webhooks.Window window) {
        Instant first = window.since().plus(1, ChronoUnit.HOURS).minusNanos(1).truncatedTo(ChronoUnit.HOURS);
        Instant last = window.until().truncatedTo(ChronoUnit.HOURS);
        if (!first.isBefore(last)) {
            return inLog(window);
        }
        Map<State, Long> counts = platform.transaction(session -> inBooks(session, window.between(first, last)));
        add(counts, inLog(window.between(window.since(), first)));
        add(counts, inLog(window.between(last, window.until())));
        return counts;
    }

    /** Counts in the log alone. */
    Map<State, Long> inLog(Webhooks.Window window) {
        Map<State, Long> counts = new EnumMap<>(State.class);
        List.of(State.values()).forEach(state -> counts.put(state, 0L));
        if (window.since().isBefore(window.until())) {
            platform.transaction(session -> window.bind(session.sql(IN_LOG))
                    .list(row -> counts.put(State.of(row.text("state")).orElseThrow(), row.number("number"))));
        }
        return counts;
    }

    /** The books are not of the moment of the queue where a host of an older version works: nothing is less than zero. */
    private static Map<State, Long> inBooks(Session session, Webhooks.Window window) {
        return window.bind(session.sql(IN_BOOKS)).one(WebhookCounts::read);
    }

    private static Map<State, Long> read(Row row) {
        Map<State, Long> counts = new EnumMap<>(State.class);
        List.of(State.values()).forEach(state -> counts.put(state, Math.max(0, row.number(state.text()))));
        return counts;
    }

    private static void add(Map<State, Long> counts, Map<State, Long> more) {
        more.forEach((state, number) -> counts.merge(state, number, Long::sum));
    }

    /** See {@link Webhooks#traffic}. */
    Webhooks.Traffic traffic(Webhooks.Window window, List<LoggedWebhook> latest) {
        Map<State, Long> counts = of(window);
        return new Webhooks.Traffic(
                counts.values().stream().mapToLong(Long::longValue).sum(),
                counts.get(State.REJECTED),
                latest.size(),
                latest.stream().filter(one -> one.state() == State.REJECTED).count());
    }
}
