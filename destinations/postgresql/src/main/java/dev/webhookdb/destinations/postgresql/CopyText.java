package dev.webhookdb.destinations.postgresql;

import dev.webhookdb.spi.destination.Row;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Rows in the text format of {@code COPY}: values come in the forms that PostgreSQL writes, which are those that it reads.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL: COPY</a>
 */
final class CopyText {
    private static final byte[] NULL = {'\\', 'N'};

    private CopyText() {}

    static byte[] of(List<Row> rows) {
        var text = new ByteArrayOutputStream(rows.size() * 4_096);
        for (Row row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (i > 0) {
                    text.write('\t');
                }
                append(text, row.text(i));
            }
            text.write('\n');
        }
        return text.toByteArray();
    }

    /** Works on bytes, in which what is to be escaped looks as it does in characters: most values are copied as a whole. */
    private static void append(ByteArrayOutputStream text, String value) {
        if (value == null) {
            text.writeBytes(NULL);
            return;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            char escape = escape(bytes[i]);
            if (escape != 0) {
                text.write(bytes, from, i - from);
                text.write('\\');
                text.write(escape);
                from = i + 1;
            }
        }
        text.write(bytes, from, bytes.length - from);
    }

    private static char escape(byte character) {
        return switch (character) {
            case '\\' -> '\\';
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            case 0x0B -> 'v';
            default -> 0;
        };
    }
}
