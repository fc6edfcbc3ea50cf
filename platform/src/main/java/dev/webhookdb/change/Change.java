package dev.webhookdb.change;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Row;
import dev.webhookdb.store.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A change of a row's content.
 *
 * @param number greater than that of every change of the same table that was committed before
 * @param key identifies the resource
 * @param committedAt by the clock of the organization's database, shortly before the commit
 * @param webhook the number in the log of the webhook that led to it; empty if none did, or nobody knows
 * @param row afterwards, by column, as JSON
 * @param previous what those columns were before that changed, without {@code data}; empty for a row that came to be
 */
public record Change(
        long number,
        String key,
        Kind kind,
        Origin origin,
        Instant committedAt,
        OptionalLong webhook,
        String row,
        Json.Obj previous) {
    /** What became of the row, as those see it who look at rows that are not deleted. */
    public enum Kind {
        /** It came to be, or came back after it had been deleted. */
        CREATED,
        /** It became different. */
        UPDATED,
        /** It was deleted, or something of a deleted one became different. */
        DELETED
    }

    static Change read(Row row) {
        return new Change(
                row.number("change"),
                row.text("key"),
                Kind.valueOf(row.text("kind").toUpperCase(Locale.ROOT)),
                Origin.valueOf(row.text("origin").toUpperCase(Locale.ROOT)),
                row.instant("committed_at"),
                row.optionalNumber("webhook_id").map(OptionalLong::of).orElseGet(OptionalLong::empty),
                whole(row.text("content"), row.optionalText("data")),
                object(row.text("previous")));
    }

    /** Puts an object and its last member together. */
    private static String whole(String content, Optional<String> data) {
        return data.map(member -> "%s, \"data\": %s}".formatted(content.substring(0, content.length() - 1), member))
                .orElse(content);
    }

    /** Reads the row afterwards; for those only who tell somebody, because it is most of the work. */
    public Json.Obj content() {
        return object(row);
    }

    private static Json.Obj object(String text) {
        return (Json.Obj) JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
