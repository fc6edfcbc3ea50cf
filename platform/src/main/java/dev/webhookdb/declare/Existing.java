package dev.webhookdb.declare;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One thing that there is.
 *
 * @param id tells it from others of its kind and organization
 * @param label what a file would call it that knows nothing better
 * @param attributes what is so of it, in the form of {@link Declaration#attributes}; what cannot be compared is missing
 * @param unreadable paths of attributes that are there, and of which nobody can say what they are, because they were sealed by a key that was lost
 */
record Existing(String id, String label, Map<String, Value> attributes, Set<String> unreadable) {
    Existing(String id, String label, Map<String, Value> attributes) {
        this(id, label, attributes, Set.of());
    }

    /** Returns the paths of what is unreadable, and would stay so by a wish: it is neither given anew nor taken away. */
    List<String> unreadable(Wish wish) {
        return unreadable.stream()
                .filter(path -> wish.said(path)
                        .map(Value::isKept)
                        .orElseGet(() -> !Comparison.isOneOfSaid(path, wish.attributes())))
                .sorted()
                .toList();
    }

    /**
     * Says that a thing cannot be read, and what to do.
     *
     * @param name what files call it
     * @param paths of what is unreadable, at least one
     */
    static Mistake unreadable(Kind kind, String name, Position at, List<String> paths) {
        return new Mistake(
                at,
                "%s.%s".formatted(kind.section(), name),
                "The %s '%s' cannot be read: there is no key any more for its %s. Put back the encryption key with which it was stored, or write another value here."
                        .formatted(kind.noun(), name, String.join(", ", paths)));
    }
}
