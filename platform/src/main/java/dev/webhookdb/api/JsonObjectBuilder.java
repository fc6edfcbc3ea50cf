package dev.webhookdb.api;

import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object under construction; for use by one thread. */
final class JsonObjectBuilder {
    private final Map<String, Json> fields = new LinkedHashMap<>();

    JsonObjectBuilder with(String name, String value) {
        return with(name, new Json.Str(value));
    }

    JsonObjectBuilder with(String name, long value) {
        return with(name, new Json.Num(BigDecimal.valueOf(value)));
    }

    JsonObjectBuilder with(String name, boolean value) {
        return with(name, new Json.Bool(value));
    }

    JsonObjectBuilder with(String name, Json value) {
        fields.put(name, value);
        return this;
    }

    JsonObjectBuilder with(String name, JsonObjectBuilder value) {
        return with(name, value.json());
    }

    JsonObjectBuilder with(String name, List<JsonObjectBuilder> values) {
        return with(
                name, new Json.Arr(values.stream().map(JsonObjectBuilder::json).toList()));
    }

    JsonObjectBuilder withTexts(String name, List<String> values) {
        return with(name, new Json.Arr(values.stream().<Json>map(Json.Str::new).toList()));
    }

    JsonObjectBuilder withTable(String name, List<List<String>> rows) {
        return with(
                name,
                new Json.Arr(rows.stream()
                        .<Json>map(row -> new Json.Arr(
                                row.stream().<Json>map(Json.Str::new).toList()))
                        .toList()));
    }

    /** Says what the answer is about, where it does not itself. */
    JsonObjectBuilder about(String id) {
        fields.putIfAbsent("id", new Json.Str(id));
        return this;
    }

    Json json() {
        return new Json.Obj(fields);
    }
}
