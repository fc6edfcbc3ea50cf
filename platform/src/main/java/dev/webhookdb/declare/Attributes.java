package dev.webhookdb.declare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the attributes of what there is, in the form in which they are compared. Not thread-safe. */
final class Attributes {
    private static final Position NOWHERE = new Position("", 0);

    private final Map<String, Value> values = new LinkedHashMap<>();

    Attributes with(String path, String text) {
        return with(path, text.isEmpty() ? List.of() : List.of(text), false);
    }

    Attributes with(String path, Optional<String> text) {
        return with(path, text.orElse(""));
    }

    Attributes with(String path, boolean flag) {
        return with(path, Boolean.toString(flag));
    }

    Attributes with(String path, List<String> texts) {
        return with(path, texts, false);
    }

    Attributes withSecret(String path, String text) {
        return with(path, List.of(text), true);
    }

    private Attributes with(String path, List<String> texts, boolean isSecret) {
        values.put(path, new Value(texts, isSecret, false, NOWHERE));
        return this;
    }

    Map<String, Value> all() {
        return values;
    }
}
