package dev.webhookdb.cli;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON value as maps, lists, text, numbers and booleans. Reading an absent member gives an absent value, so that an answer of a
 * newer or older server is read as far as it goes.
 *
 * @param value null stands for JSON's null and for what is absent
 */
record Json(Object value) {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Throws {@link tools.jackson.core.JacksonException} when the text is not JSON. */
    static Json parse(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = parser.nextToken();
            return new Json(first == null ? null : read(parser, first));
        }
    }

    Json at(String name) {
        return new Json(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    /** A text, number or boolean as text; a list as its elements with commas; otherwise an empty text. */
    String text(String name) {
        return switch (at(name).value()) {
            case null -> "";
            case Map<?, ?> members -> new Json(members).write();
            case List<?> elements ->
                String.join(", ", elements.stream().map(String::valueOf).toList());
            case Object scalar -> scalar.toString();
        };
    }

    /** This object with one member set. */
    Json with(String name, Object member) {
        Map<Object, Object> members = new LinkedHashMap<>((Map<?, ?>) value);
        members.put(name, member);
        return new Json(members);
    }

    List<Json> items(String name) {
        return at(name).value() instanceof List<?> elements
                ? elements.stream().<Json>map(Json::new).toList()
                : List.of();
    }

    List<String> strings(String name) {
        return items(name).stream().map(item -> String.valueOf(item.value())).toList();
    }

    /** The members of an object as text, in their order. */
    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (at(name).value() instanceof Map<?, ?> members) {
            members.keySet().forEach(key -> texts.put((String) key, at(name).text((String) key)));
        }
        return texts;
    }

    String write() {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(generator, value);
        }
        return text.toString();
    }

    private static Object read(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            default -> parser.getString();
        };
    }

    private static Map<String, Object> readObject(JsonParser parser) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            members.put(name, read(parser, parser.nextToken()));
        }
        return members;
    }

    private static List<Object> readArray(JsonParser parser) {
        List<Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(read(parser, token));
        }
        return elements;
    }

    private static void write(JsonGenerator generator, Object value) {
        switch (value) {
            case null -> generator.writeNull();
            case Map<?, ?> members -> {
                generator.writeStartObject();
                members.forEach((name, member) -> {
                    generator.writeName((String) name);
                    write(generator, member);
                });
                generator.writeEndObject();
            }
            case List<?> elements -> {
                generator.writeStartArray();
                elements.forEach(element -> write(generator, element));
                generator.writeEndArray();
            }
            case Boolean truth -> generator.writeBoolean(truth);
            case Number number -> generator.writeNumber(number.toString());
            case Object text -> generator.writeString(text.toString());
        }
    }
}
