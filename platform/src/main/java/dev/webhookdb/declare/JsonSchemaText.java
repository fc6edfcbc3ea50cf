package dev.webhookdb.declare;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON with a line for each field, because people open a schema too. */
final class JsonSchemaText {
    private static final String STEP = "  ";

    private JsonSchemaText() {}

    static String indented(Json json) {
        return text(json, "") + "\n";
    }

    private static String text(Json json, String indent) {
        String deeper = indent + STEP;
        return switch (json) {
            case Json.Obj(Map<String, Json> fields)
            when !fields.isEmpty() ->
                fields.entrySet().stream()
                        .map(field -> "%s%s: %s"
                                .formatted(
                                        deeper,
                                        JsonWriter.write(new Json.Str(field.getKey())),
                                        text(field.getValue(), deeper)))
                        .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
            case Json.Arr(List<Json> items)
            when items.stream().anyMatch(Json.Obj.class::isInstance) ->
                items.stream()
                        .map(item -> deeper + text(item, deeper))
                        .collect(Collectors.joining(",\n", "[\n", "\n" + indent + "]"));
            default -> JsonWriter.write(json);
        };
    }
}
