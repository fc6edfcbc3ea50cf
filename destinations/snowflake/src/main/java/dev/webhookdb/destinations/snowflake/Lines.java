package dev.webhookdb.destinations.snowflake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.destinations.jdbc.Target;
import dev.webhookdb.destinations.jdbc.Texts;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.RowJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Rows as lines of JSON, compressed: each an object of texts by the number of their column. A text tells NULL from any text, which CSV does not, and
 * rounds no number.
 */
final class Lines {
    /** The most bytes of a line, which is a value of the type VARIANT, and of a text. */
    static final int MOST_BYTES = 16_777_216;

    private Lines() {}

    static byte[] of(Target target, List<Row> rows) throws DestinationException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            for (Row row : rows) {
                packed.write(line(target, row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static byte[] line(Target target, Row row) throws DestinationException {
        StringBuilder line = new StringBuilder("{");
        for (int i = 0; i < row.size(); i++) {
            String text = Texts.of(row, i, target.definition().columns().get(i).type());
            if (text != null) {
                line.append(line.length() > 1 ? "," : "")
                        .append("\"")
                        .append(i)
                        .append("\":")
                        .append(RowJson.text(text));
            }
        }
        byte[] bytes = line.append("}\n").toString().getBytes(UTF_8);
        if (bytes.length > MOST_BYTES) {
            throw new DestinationException(
                    Reason.ROWS,
                    "A row has %d bytes, and Snowflake takes %d at the most.".formatted(bytes.length, MOST_BYTES));
        }
        return bytes;
    }
}
