package dev.webhookdb.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** An answer of the server; what is absent reads as absent. */
record Json(Object value) {
    private static final JsonFactory FACTORY = new JsonFactory();

    static Json parse(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return new Json(read(parser, parser.nextToken()));
        }
    }

    Json at(String name) {
        return new Json(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    String text(String name) {
        Object member = at(name).value();
        return member == null ? "" : member.toString();
    }

    long number(String name) {
        return at(name).value() instanceof Number number ? number.longValue() : 0;
    }

    List<Json> items() {
        return list("items");
    }

    List<Json> list(String name) {
        return at(name).value() instanceof List<?> elements
                ? elements.stream().<Json>map(Json::new).toList()
                : List.of();
    }

    private static Object read(JsonParser parser, JsonToken token) {
        return switch (token) {
            case null -> null;
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    members.put(name, read(parser, parser.nextToken()));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    elements.add(read(parser, next));
                }
                yield elements;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NULL -> null;
            default -> parser.getString();
        };
    }
}
