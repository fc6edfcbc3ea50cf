package dev.webhookdb.notify;

import dev.webhookdb.change.Change;
import dev.webhookdb.event.EventBody;
import dev.webhookdb.event.NewEvent;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.spi.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A change of an integration's row, as it is told.
 *
 * @param keyColumn the column that identifies rows
 */
record RowEvent(Integration integration, String keyColumn, Change change) {
    String type() {
        return "%s.%s".formatted(integration.service(), change.kind().name().toLowerCase(Locale.ROOT));
    }

    String origin() {
        return change.origin().label();
    }

    /** Which columns became different, if the row was there before and still is. */
    Optional<Set<String>> changed() {
        return change.kind() == Change.Kind.UPDATED
                ? Optional.of(change.previous().fields().keySet())
                : Optional.empty();
    }

    NewEvent event() {
        return new NewEvent(
                "%s %d".formatted(integration.opaqueId(), change.number()),
                OptionalLong.of(integration.id()),
                type(),
                Optional.of(origin()),
                Optional.of(change.key()),
                change.webhook(),
                change.committedAt(),
                this::body);
    }

    private String body(String id) {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("origin", new Json.Str(origin()));
        fields.put("service_name", new Json.Str(integration.service()));
        fields.put("table_name", new Json.Str(integration.table()));
        fields.put("external_id", new Json.Str(change.key()));
        fields.put("external_id_column", new Json.Str(keyColumn));
        fields.put("row", change.content());
        fields.put("changes", change.kind() == Change.Kind.CREATED ? new Json.Obj(Map.of()) : change.previous());
        return EventBody.of(id, type(), change.committedAt(), fields);
    }
}
