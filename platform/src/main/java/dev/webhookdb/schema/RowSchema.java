package dev.webhookdb.schema;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row of a resource's table as JSON ({@code to_jsonb} of it, without what is the platform's), described by a JSON schema.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema, draft 2020-12</a>
 */
public final class RowSchema {
    private RowSchema() {}

    /** Returns the schema. */
    public static Json of(Resource resource) {
        Map<String, Json> properties = new LinkedHashMap<>();
        properties.put("pk", object("type", text("integer")));
        properties.put(resource.key().name(), object("type", text("string")));
        resource.columns().forEach(column -> properties.put(column.name(), property(column.type())));
        if (resource.deletable()) {
            properties.put("deleted_at", property(Column.Type.TIMESTAMP));
        }
        properties.put("data", object("type", text("object")));
        List<Json> required = properties.keySet().stream().map(RowSchema::text).toList();
        resource.optionalColumns().forEach(column -> properties.put(column.name(), property(column.type())));
        Map<String, Json> schema = new LinkedHashMap<>();
        schema.put("$schema", text("https://json-schema.org/draft/2020-12/schema"));
        schema.put("title", text(resource.title()));
        schema.put("description", text("A row of %s; see %s".formatted(resource.name(), resource.docs())));
        schema.put("type", text("object"));
        schema.put("properties", new Json.Obj(properties));
        schema.put("required", new Json.Arr(required));
        schema.put("additionalProperties", new Json.Bool(false));
        return new Json.Obj(schema);
    }

    /** Every column is nullable. */
    private static Json property(Column.Type type) {
        return switch (type) {
            case TEXT -> nullable("string", Map.of());
            case INTEGER -> nullable("integer", range(Integer.MIN_VALUE, Integer.MAX_VALUE));
            case BIGINT -> nullable("integer", range(Long.MIN_VALUE, Long.MAX_VALUE));
            case NUMERIC -> nullable("number", Map.of());
            case BOOLEAN -> nullable("boolean", Map.of());
            case TIMESTAMP -> nullable("string", Map.of("format", text("date-time")));
            case DATE -> nullable("string", Map.of("format", text("date")));
            case JSON -> new Json.Obj(Map.of());
            case TEXT_ARRAY -> nullable("array", Map.of("items", nullable("string", Map.of())));
        };
    }

    private static Map<String, Json> range(long least, long most) {
        Map<String, Json> range = new LinkedHashMap<>();
        range.put("minimum", new Json.Num(BigDecimal.valueOf(least)));
        range.put("maximum", new Json.Num(BigDecimal.valueOf(most)));
        return range;
    }

    private static Json nullable(String type, Map<String, Json> more) {
        Map<String, Json> property = new LinkedHashMap<>();
        property.put("type", new Json.Arr(List.of(text(type), text("null"))));
        property.putAll(more);
        return new Json.Obj(property);
    }

    private static Json object(String name, Json value) {
        return new Json.Obj(Map.of(name, value));
    }

    private static Json text(String text) {
        return new Json.Str(text);
    }
}
