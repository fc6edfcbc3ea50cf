package dev.webhookdb.ingest;

import dev.webhookdb.ledger.Ledger;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import dev.webhookdb.webhooklog.LogChecksum;
import dev.webhookdb.webhooklog.LogSql;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of a request, in the webhook log and in the journal.
 *
 * @param url path and query, as called
 * @param headers a JSON object of arrays
 * @param verdict the code of what was decided
 * @param reason why it was rejected; empty otherwise
 * @param size of the whole body in bytes if only its beginning is kept, or {@link #WHOLE}
 * @param apiVersion at which version of the provider's API it was written, if that is known
 */
@SuppressWarnings("ArrayRecordComponent") // bound to a statement, and never compared
record LogRow(
        long endpoint,
        Instant receivedAt,
        String method,
        String url,
        String headers,
        byte[] body,
        short verdict,
        Optional<String> reason,
        long size,
        Optional<String> apiVersion) {
    private static final long WHOLE = -1;

    /** Ids of one segment are from one block, so that no other's are between them. */
    private static final String INSERT = """
            with logged as (
              insert into webhook_segment (endpoint_id, second, first_id, last_id, rejected, ids, received, methods, urls, headers, bodies,
                lengths, verdicts, checksums, reasons, sizes, api_versions)
              select endpoint, second, min(id), max(id), count(*) filter (where verdict = 1), array_agg(id), array_agg(received),
                array_agg(method), array_agg(url), array_agg(headers), array_agg(body), array_agg(bytes), array_agg(verdict),
                array_agg(checksum),
                case when count(reason) > 0 then array_agg(reason) end,
                case when max(size) >= 0 then array_agg(nullif(size, -1)) end,
                case when count(version) > 0 then array_agg(version) end
              from unnest(:ids, :endpoints, :received, :methods, :urls, :headers, :bodies, :bytes, :verdicts, :checksums,
                  :reasons, :sizes, :versions)
                as arrived (id, endpoint, received, method, url, headers, body, bytes, verdict, checksum, reason, size, version)
              cross join lateral %s as second
              group by endpoint, second, (id - 1) / :block
            ), booked as (
              %s
            )
            insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at, bytes)
            select id, endpoint_id, received_at, received_at + :visibility * interval '1 millisecond', bytes
            from unnest(:ids, :endpoints, :received, :verdicts, :bytes) as arrived (id, endpoint_id, received_at, verdict, bytes)
            where verdict = 0
            """.formatted(LogSql.second("received"), Ledger.logged("""
                    (select * from unnest(:endpoints, :received, :verdicts) as arrived (endpoint_id, received_at, verdict))"""));

    static LogRow of(LogEntry entry) {
        return new LogRow(
                entry.endpoint().id(),
                entry.request().receivedAt(),
                Texts.storable(entry.request().method()),
                Texts.storable(entry.url()),
                entry.headers(),
                entry.body().bytes(),
                entry.verdict().code(),
                entry.reason().map(Texts::storable),
                entry.isCut() ? entry.request().body().remaining() : WHOLE,
                entry.apiVersion());
    }

    /**
     * Inserts rows into the log, those that were accepted into the queue too, and counts them.
     *
     * @param ids their numbers
     * @param visibility how long after they were received any host may take them from the queue
     */
    static int insert(Session session, List<LogRow> rows, long[] ids, Duration visibility) {
        int size = rows.size();
        long[] endpoints = new long[size];
        Instant[] received = new Instant[size];
        String[] methods = new String[size];
        String[] urls = new String[size];
        String[] headers = new String[size];
        byte[][] bodies = new byte[size][];
        short[] verdicts = new short[size];
        int[] checksums = new int[size];
        int[] bytes = new int[size];
        String[] reasons = new String[size];
        long[] sizes = new long[size];
        String[] versions = new String[size];
        for (int i = 0; i < size; i++) {
            LogRow row = rows.get(i);
            endpoints[i] = row.endpoint();
            received[i] = row.receivedAt();
            methods[i] = row.method();
            urls[i] = row.url();
            headers[i] = row.headers();
            bodies[i] = row.body();
            verdicts[i] = row.verdict();
            checksums[i] = LogChecksum.of(row.url(), row.headers(), row.body());
            bytes[i] = row.body().length;
            reasons[i] = row.reason().orElse(null);
            sizes[i] = row.size();
            versions[i] = row.apiVersion().orElse(null);
        }
        return session.sql(INSERT)
                .bind("ids", ids)
                .bind("endpoints", endpoints)
                .bind("received", received)
                .bind("methods", methods)
                .bind("urls", urls)
                .bind("headers", headers)
                .bind("bodies", bodies)
                .bind("verdicts", verdicts)
                .bind("checksums", checksums)
                .bind("bytes", bytes)
                .bind("block", WebhookIds.PER_BLOCK)
                .bind("reasons", reasons)
                .bind("sizes", sizes)
                .bind("versions", versions)
                .bind("visibility", visibility.toMillis())
                .execute();
    }

    /** Returns the bytes that {@link #read} reads; the body's are not copied. */
    ByteBuffer[] written() {
        byte[][] texts = {
            bytes(method), bytes(url), bytes(headers), bytes(reason.orElse(null)), bytes(apiVersion.orElse(null))
        };
        int length = 3 * Long.BYTES + Integer.BYTES + Short.BYTES;
        for (byte[] text : texts) {
            length += Integer.BYTES + (text == null ? 0 : text.length);
        }
        ByteBuffer head = ByteBuffer.allocate(length)
                .putLong(endpoint)
                .putLong(receivedAt.getEpochSecond())
                .putInt(receivedAt.getNano())
                .putShort(verdict)
                .putLong(size);
        for (byte[] text : texts) {
            if (text == null) {
                head.putInt(-1);
            } else {
                head.putInt(text.length).put(text);
            }
        }
        return new ByteBuffer[] {head.flip(), ByteBuffer.wrap(body)};
    }

    /** Reads what was {@linkplain #written written}, and all that follows as the body. */
    static LogRow read(ByteBuffer bytes) {
        long endpoint = bytes.getLong();
        Instant received = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
        short verdict = bytes.getShort();
        long size = bytes.getLong();
        String method = text(bytes).orElse("");
        String url = text(bytes).orElse("");
        String headers = text(bytes).orElse("{}");
        Optional<String> reason = text(bytes);
        Optional<String> version = text(bytes);
        byte[] body = new byte[bytes.remaining()];
        bytes.get(body);
        return new LogRow(endpoint, received, method, url, headers, body, verdict, reason, size, version);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<String> text(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0) {
            return Optional.empty();
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return Optional.of(new String(text, StandardCharsets.UTF_8));
    }
}
