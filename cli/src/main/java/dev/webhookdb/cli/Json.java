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
    /** The member with what programs are told. */
    static final String RESULT = "result";

    private static final String FORMATTED = "_formatted";

    /** Members of answers that are for people, and for their client's conversation. */
    private static final String[] SHOWN = {
        "message",
        "display_headers",
        "blocks",
        "output",
        "needs_input",
        "complete",
        "prompt",
        "prompt_is_secret",
        "post_to_url",
        "post_params",
        "post_params_value_key",
        "error_code",
        "extras"
    };

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

    boolean has(String name) {
        return value instanceof Map<?, ?> members && members.containsKey(name);
    }

    /** A member as text. */
    String text(String name) {
        return at(name).toText();
    }

    /** Text, a number or a boolean as text; a list as its elements with commas; an object as JSON; nothing as an empty text. */
    String toText() {
        return switch (value) {
            case null -> "";
            case Map<?, ?> members -> new Json(members).write();
            case List<?> ignored ->
                String.join(", ", elements().stream().map(Json::toText).toList());
            case Object scalar -> scalar.toString();
        };
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(at(name).value());
    }

    /** This value as an object without some members. */
    Json without(String... names) {
        Map<Object, Object> members = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> all) {
            members.putAll(all);
        }
        members.keySet().removeAll(List.of(names));
        return new Json(members);
    }

    /**
     * What programs are told of an answer: the result where the server names one, and else the members that are not for people. It is the
     * same whatever is shown.
     */
    Json data() {
        return (has(RESULT) ? at(RESULT) : without(SHOWN)).undecorated();
    }

    /** Without members that say in words what another one says. */
    Json undecorated() {
        return switch (value) {
            case Map<?, ?> members -> {
                Map<Object, Object> plain = new LinkedHashMap<>();
                members.forEach((name, member) -> {
                    if (!name.toString().endsWith(FORMATTED)) {
                        plain.put(name, new Json(member).undecorated().value());
                    }
                });
                yield new Json(plain);
            }
            case List<?> ignored ->
                new Json(elements().stream()
                        .map(element -> element.undecorated().value())
                        .toList());
            case null, default -> this;
        };
    }

    List<Json> elements() {
        return value instanceof List<?> elements
                ? elements.stream().<Json>map(Json::new).toList()
                : List.of();
    }

    List<Json> items(String name) {
        return at(name).elements();
    }

    List<String> strings(String name) {
        return items(name).stream().map(Json::toText).toList();
    }

    /** The members of an object as text, in their order. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> members) {
            members.keySet().forEach(key -> texts.put((String) key, text((String) key)));
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

    /** The same for people: a line for each member and element. */
    String pretty() {
        StringBuilder text = new StringBuilder();
        indent(text, value, "\n");
        return text.toString();
    }

    private static void indent(StringBuilder text, Object value, String lineBreak) {
        String inner = lineBreak + "  ";
        if (value instanceof Map<?, ?> members && !members.isEmpty()) {
            String separator = "{";
            for (Map.Entry<?, ?> member : members.entrySet()) {
                text.append(separator)
                        .append(inner)
                        .append(new Json(member.getKey()).write())
                        .append(": ");
                indent(text, member.getValue(), inner);
                separator = ",";
            }
            text.append(lineBreak).append('}');
        } else if (value instanceof List<?> elements && !elements.isEmpty()) {
            String separator = "[";
            for (Object element : elements) {
                text.append(separator).append(inner);
                indent(text, element, inner);
                separator = ",";
            }
            text.append(lineBreak).append(']');
        } else {
            text.append(new Json(value).write());
        }
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
