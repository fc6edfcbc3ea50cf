package dev.webhookdb.webhooklog;

import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import java.time.Instant;
import java.util.List;

/**
 * Changes what is logged of some webhooks, in whatever form. Nothing else in their segments is touched, also while others change it:
 * whoever changes a segment has locked it, and looks at what it has afterwards.
 */
public final class LogEdits {
    /** Those that are meant, and for segments where they are. */
    private static final String SOUGHT = """
            (
              select distinct id, endpoint, at, %s as second
              from unnest(:ids, :endpoints, :received) as wanted (id, endpoint, at)
            ) as sought
            """.formatted(LogSql.second("at"));

    private static final String IN_ROW = """
            webhook.endpoint_id = sought.endpoint and webhook.received_at = sought.at and webhook.id = sought.id
            """;
    private static final String IN_SEGMENT = """
            segment.endpoint_id = sought.endpoint and segment.second = sought.second
              and sought.id between segment.first_id and segment.last_id
            """;

    private static final List<String> LOCK = List.of(
            "select from webhook_row as webhook join %s on %s order by sought.at, sought.id for update of webhook"
                    .formatted(SOUGHT, IN_ROW),
            "select from webhook_segment as segment join %s on %s order by sought.endpoint, sought.second, sought.id for update of segment"
                    .formatted(SOUGHT, IN_SEGMENT));

    private static final List<String> ACCEPT =
            List.of("""
            update webhook_row as webhook set verdict = 0, reason = null
            from %s
            where %s and webhook.verdict = 1 and webhook.size is null
            returning webhook.id
            """.formatted(SOUGHT, IN_ROW), """
            with accepted as (
              select segment.endpoint_id, segment.second, segment.first_id, one.id
              from webhook_segment as segment
              join %1$s on %2$s
              cross join lateral unnest(segment.ids, segment.verdicts) with ordinality as one (id, verdict, place)
              where one.id = sought.id and one.verdict = 1 and segment.sizes[one.place] is null
            ), changed as (
              update webhook_segment as segment
              set rejected = rejected - cardinality(those.ids), (verdicts, reasons) = (
                select
                  array_agg(case when one.id = any (those.ids) then 0 else one.verdict end order by place),
                  array_agg(case when one.id <> all (those.ids) then segment.reasons[place] end order by place)
                from unnest(segment.ids, segment.verdicts) with ordinality as one (id, verdict, place))
              from (select endpoint_id, second, first_id, array_agg(id) as ids from accepted group by 1, 2, 3) as those
              where segment.endpoint_id = those.endpoint_id and segment.second = those.second and segment.first_id = those.first_id
            )
            select id from accepted
            """.formatted(SOUGHT, IN_SEGMENT));

    private static final List<String> ERASE = List.of("""
            update webhook_row as webhook set body = '', url = split_part(url, '?', 1), reason = :reason,
              verdict = case verdict when 1 then 1 else 3 end,
              size = case verdict when 1 then coalesce(size, octet_length(body)) end
            from %s
            where %s
            """.formatted(SOUGHT, IN_ROW), """
            update webhook_segment as segment set (bodies, lengths, urls, checksums, reasons, verdicts, sizes) = (
              select
                array_agg(case when erased then '' else body end order by place),
                array_agg(case when erased then 0 else bytes end order by place),
                array_agg(case when erased then split_part(url, '?', 1) else url end order by place),
                array_agg(case when not erased then checksum end order by place),
                array_agg(case when erased then :reason else segment.reasons[place] end order by place),
                array_agg(case when erased and verdict <> 1 then 3 else verdict end order by place),
                array_agg(case when erased and verdict = 1 then coalesce(segment.sizes[place], bytes)
                  when not erased then segment.sizes[place] end order by place)
              from unnest(segment.ids, segment.bodies, segment.lengths, segment.urls, segment.checksums, segment.verdicts) with ordinality
                as one (id, body, bytes, url, checksum, verdict, place)
              cross join lateral (select one.id = any (those.ids) as erased) as each)
            from (
              select segment.endpoint_id, segment.second, segment.first_id, array_agg(sought.id) as ids
              from webhook_segment as segment join %s on %s group by 1, 2, 3
            ) as those
            where segment.endpoint_id = those.endpoint_id and segment.second = those.second and segment.first_id = those.first_id
            """.formatted(SOUGHT, IN_SEGMENT));

    private LogEdits() {}

    /**
     * Webhooks of the log.
     *
     * @param ids their numbers
     * @param endpoints for each, which endpoint it came to
     * @param received for each, when
     */
    @SuppressWarnings("ArrayRecordComponent") // bound to statements, and never compared
    public record Webhooks(long[] ids, long[] endpoints, Instant[] received) {
        private Statement bind(Statement statement) {
            return statement.bind("ids", ids).bind("endpoints", endpoints).bind("received", received);
        }
    }

    /** Keeps others from changing them until the transaction ends. */
    public static void lock(Session session, Webhooks webhooks) {
        LOCK.forEach(sql -> webhooks.bind(session.sql(sql)).list(row -> ""));
    }

    /**
     * Makes rejected ones accepted, of which the whole body is there.
     *
     * @return the ids of those that were rejected until now
     */
    public static List<Long> accept(Session session, Webhooks webhooks) {
        lock(session, webhooks);
        return ACCEPT.stream()
                .flatMap(sql -> webhooks.bind(session.sql(sql)).list(row -> row.number("id")).stream())
                .toList();
    }

    /**
     * Empties bodies and takes the query off the URL. What was rejected counts as cut off from now on, so that nobody verifies it again.
     *
     * @param reason what is said of them
     */
    public static void erase(Session session, Webhooks webhooks, String reason) {
        lock(session, webhooks);
        ERASE.forEach(
                sql -> webhooks.bind(session.sql(sql)).bind("reason", reason).execute());
    }
}
