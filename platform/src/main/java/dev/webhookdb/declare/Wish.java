package dev.webhookdb.declare;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is said of one thing, with what holds where nothing is said.
 *
 * @param name what files call it
 * @param attributes by path
 */
record Wish(Kind kind, String name, Position at, Map<String, Value> attributes) {
    static Wish of(Declaration declaration) {
        Map<String, Value> attributes = new LinkedHashMap<>(declaration.attributes());
        declaration
                .kind()
                .attributes()
                .forEach(attribute -> attribute
                        .otherwise()
                        .ifPresent(text -> attributes.putIfAbsent(attribute.name(), usual(text, declaration.at()))));
        return new Wish(declaration.kind(), declaration.name(), declaration.at(), attributes);
    }

    private static Value usual(String text, Position at) {
        return new Value(text.isEmpty() ? List.of() : List.of(text), false, false, at);
    }

    Wish with(Map<String, Value> others) {
        return new Wish(kind, name, at, others);
    }

    Optional<Value> said(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    /** Returns a text; empty if nothing is said, or that it stays as it is. */
    Optional<String> text(String attribute) {
        return said(attribute).map(Value::text).filter(text -> !text.isEmpty());
    }

    /** Returns a text that the reader has made sure of. */
    String required(String attribute) {
        return text(attribute).orElseThrow(() -> new RejectedException(attribute, nothingKept(attribute)));
    }

    List<String> texts(String attribute) {
        return said(attribute).map(Value::texts).orElse(List.of());
    }

    boolean isTrue(String attribute) {
        return text(attribute).filter("true"::equals).isPresent();
    }

    int number(String attribute) {
        return Integer.parseInt(required(attribute));
    }

    /** Returns a duration; empty for the given word. */
    Optional<Duration> duration(String attribute, String word) {
        String text = required(attribute);
        return text.equals(word) ? Optional.empty() : Optional.of(Duration.parse(text));
    }

    /** Returns what is said below a name, by the rest of the path. */
    Map<String, Value> below(String attribute) {
        Map<String, Value> below = new LinkedHashMap<>();
        attributes.forEach((path, value) -> {
            if (path.startsWith(attribute + ".")) {
                below.put(path.substring(attribute.length() + 1), value);
            }
        });
        return below;
    }

    /** Refuses what stays as it is where nothing is. */
    void requireNothingKept() {
        attributes.forEach((path, value) -> {
            if (value.isKept()) {
                throw new RejectedException(path, nothingKept(path));
            }
        });
    }

    private static String nothingKept(String path) {
        return "nothing is stored as %s yet: set the variable, or write the file, that it refers to".formatted(path);
    }
}
