package dev.webhookdb.webhooklog;

import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import java.time.Instant;

/** Reads many requests of the webhook log at once. */
public final class LoggedRequests {
    /**
     * Each row is looked up by its key, whatever the statistics of a young partition make the planner believe. A segment is unpacked once,
     * however many of its requests are wanted: {@code offset 0} and {@code is true} keep the planner from joining what is wanted before that,
     * which would unpack each segment once for each request.
     */
    static final String READ = """
            with wanted as (
              select id, endpoint, at, %s as second from unnest(:ids, :endpoints, :received) as wanted (id, endpoint, at)
            )
            select found.id, found.received_at, found.method, found.url, found.headers, found.body, null::integer as checksum
            from wanted cross join lateral (
              select * from webhook_row where endpoint_id = wanted.endpoint and received_at = wanted.at and id = wanted.id limit 1
            ) as found
            union all
            select * from (
              select one.* from (
                select endpoint, second, min(id) as first, max(id) as last from wanted group by 1, 2
              ) as sought
              cross join lateral (
                select ids, received, methods, urls, headers, bodies, checksums from webhook_segment as segment
                where segment.endpoint_id = sought.endpoint and segment.second = sought.second
                  and segment.first_id <= sought.last and segment.last_id >= sought.first
                offset 0
              ) as segment
              cross join lateral unnest(ids, received, methods, urls, segment.headers, bodies, checksums)
                as one (id, received_at, method, url, headers, body, checksum)
              offset 0
            ) as unpacked
            where (id in (select id from wanted)) is true
            order by id""".formatted(LogSql.second("at"));

    private LoggedRequests() {}

    /**
     * Returns the statement that reads requests, those that are there, in the order of their ids, with the columns {@code id},
     * {@code received_at}, {@code method}, {@code url}, {@code headers}, {@code body} and {@code checksum}.
     *
     * @param endpoints for each id, which endpoint it came to
     * @param received for each id, when
     */
    public static Statement read(Session session, long[] ids, long[] endpoints, Instant[] received) {
        return session.sql(READ).bind("ids", ids).bind("endpoints", endpoints).bind("received", received);
    }

    /** Returns whether a row that was read is what was logged, as far as that can be known. */
    public static boolean isSound(Row row) {
        return row.optionalInteger("checksum")
                .map(checksum -> checksum == LogChecksum.of(row.text("url"), row.text("headers"), row.bytes("body")))
                .orElse(true);
    }
}
