package dev.webhookdb.destinations.sqs;

import static dev.webhookdb.spi.destination.RowJson.text;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.RowJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The messages of a table's rows. */
final class Messages {
    private static final int FIRST_NONCHARACTER = 0xFFFE;

    private final DestinationTable table;
    private final int longest;
    private final int keyColumn;

    /** @param longest how many bytes a body may have */
    Messages(DestinationTable table, int longest) {
        this.table = table;
        this.longest = longest;
        this.keyColumn = table.index(table.key());
    }

    /**
     * A message.
     *
     * @param group of the row's key: the queue keeps the order within it
     * @param id of this state of the row: what has the same one is dropped for five minutes
     * @param length of the body in bytes
     */
    record Message(String group, String id, String body, int length) {}

    /**
     * Returns messages in the order of rows.
     *
     * @throws DestinationException if a row has no message that is short enough
     */
    List<Message> of(List<Row> rows) throws DestinationException {
        List<Message> messages = new ArrayList<>(rows.size());
        for (Row row : rows) {
            messages.add(of(row));
        }
        return messages;
    }

    private Message of(Row row) throws DestinationException {
        String whole = allowed(body(row, "\"row\":" + RowJson.of(table, row)));
        String body = length(whole) <= longest ? whole : allowed(body(row, "\"thin\":true"));
        int length = length(body);
        if (length > longest) {
            throw new DestinationException(
                    Reason.ROWS,
                    "The key of a row alone is longer than the %d bytes that a message of the queue may have."
                            .formatted(longest));
        }
        String key = row.text(keyColumn);
        String schema = table.schema().orElse("");
        return new Message(
                digest(schema, table.name(), key),
                digest(table.owner(), schema, table.name(), key, Long.toString(row.change())),
                body,
                length);
    }

    private String body(Row row, String last) {
        return "{%s\"table\":%s,\"key_column\":%s,\"key\":%s,\"change\":%d,\"deleted\":%b,\"sync_target\":%s,%s}"
                .formatted(
                        table.schema()
                                .map(schema -> "\"schema\":" + text(schema) + ",")
                                .orElse(""),
                        text(table.name()),
                        text(table.key()),
                        text(row.text(keyColumn)),
                        row.change(),
                        row.deleted(),
                        text(table.owner()),
                        last);
    }

    /**
     * Returns JSON with the characters escaped that messages cannot have: whatever is not in XML. They are in strings, because JSON has
     * only characters of ASCII elsewhere.
     *
     * @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html">SendMessageBatch</a>
     */
    static String allowed(String json) {
        StringBuilder allowed = new StringBuilder(json.length());
        json.codePoints().forEach(character -> {
            if (isAllowed(character)) {
                allowed.appendCodePoint(character);
            } else {
                allowed.append("\\u%04x".formatted(character));
            }
        });
        return allowed.toString();
    }

    private static boolean isAllowed(int character) {
        return character == '\t'
                || character == '\n'
                || character == '\r'
                || (character >= ' ' && character < Character.MIN_SURROGATE)
                || (character > Character.MAX_SURROGATE && character < FIRST_NONCHARACTER)
                || character >= Character.MIN_SUPPLEMENTARY_CODE_POINT;
    }

    private static int length(String body) {
        return body.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Returns letters and digits for texts of any length and kind; other texts have others. */
    private static String digest(String... texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
