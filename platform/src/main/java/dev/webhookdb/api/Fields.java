package dev.webhookdb.api;

import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object under construction; for use by one thread. */
final class Fields {
    private final Map<String, Json> fields = new LinkedHashMap<>();

    Fields with(String name, String value) {
        return with(name, new Json.Str(value));
    }

    Fields with(String name, long value) {
        return with(name, new Json.Num(BigDecimal.valueOf(value)));
    }

    Fields with(String name, boolean value) {
        return with(name, new Json.Bool(value));
    }

    Fields with(String name, Json value) {
        fields.put(name, value);
        return this;
    }

    Fields with(String name, Fields value) {
        return with(name, value.json());
    }

    Fields with(String name, List<Fields> values) {
        return with(name, new Json.Arr(values.stream().map(Fields::json).toList()));
    }

    Fields withTexts(String name, List<String> values) {
        return with(name, new Json.Arr(values.stream().<Json>map(Json.Str::new).toList()));
    }

    Fields withTable(String name, List<List<String>> rows) {
        return with(
                name,
                new Json.Arr(rows.stream()
                        .<Json>map(row -> new Json.Arr(
                                row.stream().<Json>map(Json.Str::new).toList()))
                        .toList()));
    }

    /** Says what the answer is about, where it does not itself. */
    Fields about(String id) {
        fields.putIfAbsent("id", new Json.Str(id));
        return this;
    }

    Json json() {
        return new Json.Obj(fields);
    }
}
