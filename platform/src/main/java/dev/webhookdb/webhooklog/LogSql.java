package dev.webhookdb.webhooklog;

import java.util.Map;

/**
 * SQL about the webhook log in both of its forms.
 *
 * <p>The view {@code webhook} has all webhooks, and is what most queries need. Those of which a limit must end the reading go through each
 * form by its own key, and are written once, with these words in braces:
 *
 * <ul>
 *   <li>{@code {webhook}}, for {@code from}: the webhooks, under the name and with the columns of the view
 *   <li>{@code {rejected}}: they are
 *   <li>{@code {within}}: they were received since {@code :since} and before {@code :until}
 *   <li>{@code {after}}, {@code {before}}: they follow the position {@code (:after, :after_id)}, or precede {@code (:before, :before_id)}
 *   <li>{@code {oldest first}}, {@code {newest first}}, for {@code order by}: what the form's key gives without sorting more than a second
 * </ul>
 */
public final class LogSql {
    private static final Map<String, String> ROWS = Map.of(
            "{webhook}", "(select *, octet_length(body) as bytes from webhook_row) as webhook",
            "{rejected}", "webhook.verdict = 1",
            "{within}", "webhook.received_at >= :since and webhook.received_at < :until",
            "{after}", "(webhook.received_at, webhook.id) > (:after, :after_id)",
            "{before}", "(webhook.received_at, webhook.id) < (:before, :before_id)",
            "{oldest first}", "webhook.received_at, webhook.id",
            "{newest first}", "webhook.received_at desc, webhook.id desc");

    private static final Map<String, String> SEGMENTS = Map.of(
            "{webhook}", """
                    webhook_segment as segment cross join lateral (
                      select one.id, segment.endpoint_id, one.received_at, segment.methods[one.place] as method,
                        segment.urls[one.place] as url, segment.headers[one.place] as headers, segment.bodies[one.place] as body,
                        one.verdict, segment.reasons[one.place] as reason, segment.sizes[one.place] as size,
                        segment.api_versions[one.place] as api_version, one.bytes, segment.second
                      from unnest(segment.ids, segment.received, segment.lengths, segment.verdicts) with ordinality
                        as one (id, received_at, bytes, verdict, place)
                    ) as webhook""",
            "{rejected}", "segment.rejected > 0 and webhook.verdict = 1",
            "{within}",
                    "segment.second >= %s and segment.second < :until and webhook.received_at >= :since and webhook.received_at < :until"
                            .formatted(second(":since")),
            "{after}",
                    "segment.second >= %s and (webhook.received_at, webhook.id) > (:after, :after_id)"
                            .formatted(second(":after")),
            "{before}", "segment.second <= :before and (webhook.received_at, webhook.id) < (:before, :before_id)",
            "{oldest first}", "segment.second, webhook.received_at, webhook.id",
            "{newest first}", "segment.second desc, webhook.received_at desc, webhook.id desc");

    private LogSql() {}

    /** Returns a query, written with words in braces, of both forms: a union that is not in order. */
    public static String inBoth(String query) {
        return "(%s) union all (%s)".formatted(inRows(query), inSegments(query));
    }

    /** Returns a query, written with words in braces, of what an older version logged. */
    private static String inRows(String query) {
        return replaced(query, ROWS);
    }

    /** Returns a query, written with words in braces, of segments, where each is {@code segment}. */
    private static String inSegments(String query) {
        return replaced(query, SEGMENTS);
    }

    /**
     * Returns SQL for the second that a time is in, which is part of a segment's key.
     *
     * @param time an expression
     */
    public static String second(String time) {
        return "date_bin('1 second', %s, '2000-01-01 00:00Z')".formatted(time);
    }

    /**
     * Returns SQL for the condition that something is one webhook of the view, by its key.
     *
     * @param endpoint an expression, as the others
     */
    public static String isOne(String endpoint, String received, String id) {
        return """
                webhook.endpoint_id = %1$s and webhook.second = %2$s and webhook.first_id <= %4$s and webhook.last_id >= %4$s
                  and webhook.received_at = %3$s and webhook.id = %4$s""".formatted(endpoint, second(received), received, id);
    }

    private static String replaced(String query, Map<String, String> words) {
        String text = query;
        for (Map.Entry<String, String> word : words.entrySet()) {
            text = text.replace(word.getKey(), word.getValue());
        }
        return text;
    }
}
