package dev.webhookdb.testkit.simulator;

import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON from maps, lists, text, numbers, booleans and null; indented by two spaces, as Stripe sends it. */
final class JsonText {
    private static final HexFormat HEX = HexFormat.of();

    private JsonText() {}

    /** An unmodifiable object whose members keep the given order: name, value, name, value. */
    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return Collections.unmodifiableMap(members);
    }

    /** The object with some members replaced; a member keeps its place. */
    static Map<String, Object> with(Map<String, Object> before, Map<String, Object> changes) {
        Map<String, Object> members = new LinkedHashMap<>(before);
        members.putAll(changes);
        return Collections.unmodifiableMap(members);
    }

    static String write(Object value) {
        StringBuilder text = new StringBuilder(4096);
        append(text, value, 0);
        return text.toString();
    }

    private static void append(StringBuilder text, Object value, int depth) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> members -> appendObject(text, members, depth);
            case List<?> elements -> appendArray(text, elements, depth);
            case String string -> appendString(text, string);
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            default -> throw new IllegalArgumentException("Not a JSON value: " + value.getClass());
        }
    }

    private static void appendObject(StringBuilder text, Map<?, ?> members, int depth) {
        if (members.isEmpty()) {
            text.append("{}");
            return;
        }
        text.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> rest = members.entrySet().iterator(); rest.hasNext(); ) {
            Map.Entry<?, ?> member = rest.next();
            newLine(text, depth + 1);
            appendString(text, (String) member.getKey());
            text.append(": ");
            append(text, member.getValue(), depth + 1);
            text.append(rest.hasNext() ? "," : "");
        }
        newLine(text, depth);
        text.append('}');
    }

    private static void appendArray(StringBuilder text, List<?> elements, int depth) {
        if (elements.isEmpty()) {
            text.append("[]");
            return;
        }
        text.append('[');
        for (Iterator<?> rest = elements.iterator(); rest.hasNext(); ) {
            newLine(text, depth + 1);
            append(text, rest.next(), depth + 1);
            text.append(rest.hasNext() ? "," : "");
        }
        newLine(text, depth);
        text.append(']');
    }

    private static void newLine(StringBuilder text, int depth) {
        text.append('\n').repeat("  ", depth);
    }

    private static void appendString(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20) {
                        text.append("\\u").append(HEX.toHexDigits(c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
