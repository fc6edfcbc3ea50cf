package dev.webhookdb.notify;

import dev.webhookdb.schema.RowSchema;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.store.Origin;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bodies of events, full and thin, described by JSON schemas.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema, draft 2020-12</a>
 */
final class EventSchema {
    private static final int VERSION = 1;

    private EventSchema() {}

    static Json of(EventType type) {
        Map<String, Json> properties = new LinkedHashMap<>();
        properties.put(
                "id",
                described("string", "The same however often the event is sent: what was seen before can be left out."));
        properties.put("type", constant(new Json.Str(type.name())));
        properties.put("version", constant(new Json.Num(BigDecimal.valueOf(VERSION))));
        properties.put("created_at", instant("When it happened."));
        properties.put("timestamp", instant("The same as created_at."));
        type.resource().ifPresent(resource -> properties.putAll(head(resource)));
        List<String> required = List.copyOf(properties.keySet());
        type.resource()
                .ifPresentOrElse(resource -> properties.putAll(row(resource)), () -> properties.put("data", data()));
        properties.put(
                "url",
                described("string", "Where the whole event is, when row and changes, or data, are left out of it."));
        Map<String, Json> schema = new LinkedHashMap<>();
        schema.put("$schema", new Json.Str("https://json-schema.org/draft/2020-12/schema"));
        schema.put("title", new Json.Str(type.name()));
        schema.put("description", new Json.Str(type.description()));
        schema.put("type", new Json.Str("object"));
        schema.put("properties", new Json.Obj(properties));
        schema.put("required", texts(required));
        return new Json.Obj(schema);
    }

    private static Map<String, Json> head(Resource resource) {
        Map<String, Json> head = new LinkedHashMap<>();
        head.put(
                "origin",
                with(
                        described("string", "Where the change came from."),
                        "enum",
                        texts(Arrays.stream(Origin.values()).map(Origin::label).toList())));
        head.put("service_name", constant(new Json.Str(resource.name())));
        head.put("table_name", described("string", "The table in the organization's database."));
        head.put("external_id", described("string", "The row's key."));
        head.put("external_id_column", constant(new Json.Str(resource.key().name())));
        return head;
    }

    private static Map<String, Json> row(Resource resource) {
        Json row = without(RowSchema.of(resource), "$schema");
        Map<String, Json> parts = new LinkedHashMap<>();
        parts.put("row", with(row, "description", new Json.Str("The row as it is since.")));
        parts.put(
                "changes",
                with(
                        with(without(without(row, "required"), "title"), "type", new Json.Str("object")),
                        "description",
                        new Json.Str(
                                "What columns were before that became different; empty for a row that came to be.")));
        return parts;
    }

    private static Json data() {
        return with(
                with(
                        described("object", "What it happened to."),
                        "properties",
                        new Json.Obj(Map.of("id", new Json.Obj(Map.of("type", new Json.Str("string")))))),
                "required",
                texts(List.of("id")));
    }

    private static Json described(String type, String description) {
        Map<String, Json> described = new LinkedHashMap<>();
        described.put("type", new Json.Str(type));
        described.put("description", new Json.Str(description));
        return new Json.Obj(described);
    }

    private static Json instant(String description) {
        return with(described("string", description), "format", new Json.Str("date-time"));
    }

    private static Json constant(Json value) {
        return new Json.Obj(Map.of("const", value));
    }

    private static Json texts(List<String> texts) {
        return new Json.Arr(texts.stream().<Json>map(Json.Str::new).toList());
    }

    private static Json with(Json object, String name, Json value) {
        Map<String, Json> fields = fields(object);
        fields.put(name, value);
        return new Json.Obj(fields);
    }

    private static Json without(Json object, String name) {
        Map<String, Json> fields = fields(object);
        fields.remove(name);
        return new Json.Obj(fields);
    }

    private static Map<String, Json> fields(Json object) {
        return object instanceof Json.Obj(Map<String, Json> fields)
                ? new LinkedHashMap<>(fields)
                : new LinkedHashMap<>();
    }
}
