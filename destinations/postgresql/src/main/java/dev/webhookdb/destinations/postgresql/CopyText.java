package dev.webhookdb.destinations.postgresql;

import dev.webhookdb.spi.destination.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Rows in the text format of {@code COPY}: values come in the forms that PostgreSQL writes, which are those that it reads.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL: COPY</a>
 */
final class CopyText {
    private CopyText() {}

    static byte[] of(List<Row> rows) {
        StringBuilder text = new StringBuilder(rows.size() * 512);
        for (Row row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (i > 0) {
                    text.append('\t');
                }
                append(text, row.text(i));
            }
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder text, String value) {
        if (value == null) {
            text.append("\\N");
            return;
        }
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            char escape = escape(value.charAt(i));
            if (escape != 0) {
                text.append(value, from, i).append('\\').append(escape);
                from = i + 1;
            }
        }
        text.append(value, from, value.length());
    }

    private static char escape(char character) {
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
