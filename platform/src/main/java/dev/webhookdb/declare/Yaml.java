package dev.webhookdb.declare;

import java.util.List;
import java.util.Map;

/** YAML as far as declarations need it. What refers to something else is resolved. */
sealed interface Yaml {
    Place place();

    /** A text, a number, a truth value or a date, as it is written: what it is, the attribute says. */
    record Text(Place place, String text) implements Yaml {}

    /** Nothing behind a colon, or null. */
    record Nothing(Place place) implements Yaml {}

    record Items(Place place, List<Yaml> items) implements Yaml {}

    /** Entries in the order in which they are written; each one's place has the line of its key. */
    record Mapping(Place place, Map<String, Yaml> entries) implements Yaml {}

    /** What cannot be read. What is wrong with it has been said. */
    record Unreadable(Place place) implements Yaml {}

    /** Returns what it is, with an article. */
    default String noun() {
        return switch (this) {
            case Text ignored -> "one value";
            case Nothing ignored -> "nothing";
            case Items ignored -> "a list";
            case Mapping ignored -> "a mapping";
            case Unreadable ignored -> "something that cannot be read";
        };
    }
}
