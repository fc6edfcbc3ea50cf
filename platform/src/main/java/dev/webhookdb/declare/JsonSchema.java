package dev.webhookdb.declare;

import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON Schemas (draft 2020-12) of the files that an installation reads, for editors that complete and check while somebody writes. A schema
 * refuses nothing that the server takes. The server knows more: the range of a duration, what a reference gives, and what other files say.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-validation">JSON Schema Validation</a>
 */
public final class JsonSchema {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private JsonSchema() {}

    /** Returns the schema of each document in {@code organizations.d}, as indented JSON with a line break at its end. */
    public static String ofOrganizations() {
        return document("What an organization has, declared", JsonSchemaOrganizations.document());
    }

    /** Returns the schema of {@code webhookdb.yaml}, as indented JSON with a line break at its end. */
    public static String ofPlatform() {
        return document("The server's configuration", JsonSchemaPlatform.document());
    }

    private static String document(String title, Json.Obj root) {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("$schema", new Json.Str(DIALECT));
        fields.put("title", new Json.Str(title));
        fields.putAll(root.fields());
        return JsonSchemaText.indented(new Json.Obj(fields));
    }

    /** Returns an object with fields in the order of the arguments: a name, its value, and so on. */
    static Json.Obj object(Object... namesAndValues) {
        Map<String, Json> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], json(namesAndValues[i + 1]));
        }
        return new Json.Obj(fields);
    }

    static Json.Arr array(List<?> items) {
        return new Json.Arr(items.stream().map(JsonSchema::json).toList());
    }

    private static Json json(Object value) {
        return switch (value) {
            case Json json -> json;
            case String text -> new Json.Str(text);
            case Boolean flag -> new Json.Bool(flag);
            case Integer number -> new Json.Num(BigDecimal.valueOf(number));
            case List<?> items -> array(items);
            default -> throw new IllegalArgumentException("No JSON: " + value.getClass());
        };
    }

    /** Returns the same with a field more. */
    static Json.Obj with(Json.Obj schema, String name, Object value) {
        Map<String, Json> fields = new LinkedHashMap<>();
        if (name.equals("description")) {
            fields.put(name, json(value));
        }
        fields.putAll(schema.fields());
        fields.put(name, json(value));
        return new Json.Obj(fields);
    }

    static Json.Obj reference(String definition) {
        return object("$ref", "#/$defs/" + definition);
    }

    static Json.Obj anyOf(List<Json.Obj> schemas) {
        return schemas.size() == 1 ? schemas.getFirst() : object("anyOf", schemas);
    }

    static Json.Obj pattern(String expression) {
        return object("type", "string", "pattern", expression);
    }
}
