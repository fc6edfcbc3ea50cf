package dev.webhookdb.declare;

import dev.webhookdb.config.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what is said of one thing. */
final class AttributeReader {
    /** What the connector calls a setting, or a service. */
    private static final String NAMES = "[A-Za-z0-9_.-]{1,100}";

    private final References references;
    private final Mistakes mistakes;

    AttributeReader(References references, Mistakes mistakes) {
        this.references = references;
        this.mistakes = mistakes;
    }

    /**
     * Returns what is said, by path, in the order of the kind's attributes.
     *
     * @param others keys that somebody else reads
     */
    Map<String, Value> read(Kind kind, Yaml.Mapping said, Set<String> others) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (Attribute attribute : kind.attributes()) {
            Yaml yaml = said.entries().get(attribute.name());
            if (yaml != null) {
                read(attribute, yaml, isKeepable(kind, attribute), values);
            } else if (attribute.isRequired()) {
                mistakes.add(
                        said.place(),
                        "This %s has no '%s'. Write %s: %s"
                                .formatted(kind.noun(), attribute.name(), attribute.name(), attribute.description()));
            }
        }
        Set<String> known =
                kind.attributes().stream().map(Attribute::name).collect(Collectors.toCollection(LinkedHashSet::new));
        known.addAll(others);
        said.entries().forEach((name, yaml) -> {
            if (!known.contains(name)) {
                mistakes.add(
                        yaml.place(),
                        unknown("Nothing of %s %s is called so.".formatted(article(kind), kind.noun()), name, known));
            }
        });
        return values;
    }

    static String article(Kind kind) {
        return "aeioH".indexOf(kind.noun().charAt(0)) >= 0 ? "an" : "a";
    }

    /** Returns a sentence about a key that nobody knows. */
    static String unknown(String sentence, String name, Collection<String> known) {
        return Nearest.of(name, known)
                .map(near -> "%s Perhaps '%s' is meant.".formatted(sentence, near))
                .orElseGet(() -> "%s There is %s.".formatted(sentence, String.join(", ", known)));
    }

    /** What a thing is cannot be what is stored: it is what is looked for. */
    private static boolean isKeepable(Kind kind, Attribute attribute) {
        return kind != Kind.INTEGRATION
                || !Set.of("connector", "services", "service", "table", "tables", "id")
                        .contains(attribute.name());
    }

    private void read(Attribute attribute, Yaml yaml, boolean keepable, Map<String, Value> values) {
        switch (attribute.type()) {
            case TEXTS -> texts(attribute, yaml, keepable).ifPresent(value -> values.put(attribute.name(), value));
            case NAMED_TEXTS, NAMED_SECRETS -> named(attribute, yaml, keepable, values);
            case TEXT, SECRET, URL, FLAG, NUMBER, DURATION, CHOICE ->
                value(attribute, yaml, keepable).ifPresent(value -> values.put(attribute.name(), value));
        }
    }

    private Optional<Value> value(Attribute attribute, Yaml yaml, boolean keepable) {
        return switch (yaml) {
            case Yaml.Text text -> resolved(attribute, text, keepable);
            case Yaml.Unreadable ignored -> Optional.empty();
            case Yaml.Nothing nothing -> {
                mistakes.add(
                        nothing.place(),
                        "There is nothing here. Write %s%s."
                                .formatted(Canonical.expected(attribute), Canonical.unlessLeftOut(attribute)));
                yield Optional.empty();
            }
            case Yaml.Items ignored -> wrongShape(yaml, Canonical.expected(attribute));
            case Yaml.Mapping ignored -> wrongShape(yaml, Canonical.expected(attribute) + hintAtBraces());
        };
    }

    /** In YAML, a brace at the beginning of a value begins a mapping. */
    private static String hintAtBraces() {
        return "; a text that begins with a brace goes into quotes";
    }

    private <T> Optional<T> wrongShape(Yaml yaml, String expected) {
        mistakes.add(yaml.place(), "There is %s here. Write %s.".formatted(yaml.noun(), expected));
        return Optional.empty();
    }

    private Optional<Value> resolved(Attribute attribute, Yaml.Text text, boolean keepable) {
        return switch (references.resolve(text.text())) {
            case References.Outcome.Wrong(String sentence) -> {
                mistakes.add(text.place(), sentence);
                yield Optional.empty();
            }
            case References.Outcome.Stored ignored -> {
                if (!keepable) {
                    mistakes.add(
                            text.place(),
                            "What is not there cannot be stored here. Leave out |stored, and see that it is there.");
                    yield Optional.empty();
                }
                yield Optional.of(new Value(
                        List.of(), attribute.isSecret(), true, text.place().at()));
            }
            case References.Outcome.Known known -> canonical(attribute, text, known);
        };
    }

    private Optional<Value> canonical(Attribute attribute, Yaml.Text text, References.Outcome.Known known) {
        try {
            List<String> canonical = List.of(Canonical.of(attribute, known.text()));
            return Optional.of(new Value(
                    canonical, attribute.isSecret(), false, text.place().at()));
        } catch (IllegalArgumentException e) {
            mistakes.add(
                    text.place(),
                    "%s cannot be used. Write %s.".formatted(found(attribute, text, known), e.getMessage()));
            return Optional.empty();
        }
    }

    /** What a reference gives is shown to nobody, whatever it is for: it may be the wrong one. */
    private static String found(Attribute attribute, Yaml.Text text, References.Outcome.Known known) {
        if (known.text().isBlank()) {
            return "An empty text";
        }
        if (known.isReferred() && !attribute.isSecret()) {
            return "What %s gives".formatted(Place.shown(text.text()));
        }
        // whoever confuses a digest with what it is of writes a secret there
        boolean unseen = attribute.isSecret() || attribute.form() == Form.SHA256;
        return unseen ? "What is here" : "'%s'".formatted(Place.shown(text.text()));
    }

    private Optional<Value> texts(Attribute attribute, Yaml yaml, boolean keepable) {
        List<Yaml> items = switch (yaml) {
            case Yaml.Items several -> several.items();
            case Yaml.Text one -> one.text().isBlank() ? List.of() : List.of(one);
            case Yaml.Nothing ignored -> List.of();
            case Yaml.Unreadable ignored -> List.of(yaml);
            case Yaml.Mapping ignored -> List.of(yaml);
        };
        if (items.isEmpty() && !attribute.otherwise().equals(Optional.of(""))) {
            mistakes.add(yaml.place(), "There is nothing here. Write a list of texts, or leave the line out.");
            return Optional.empty();
        }
        int before = mistakes.count();
        List<Value> values = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Yaml item : items) {
            value(attribute, item, keepable).ifPresent(value -> {
                values.add(value);
                objection(value, seen).ifPresent(sentence -> mistakes.add(item.place(), sentence));
            });
        }
        boolean complete = values.size() == items.size() && mistakes.count() == before;
        boolean kept = values.stream().anyMatch(Value::isKept);
        return complete
                ? Optional.of(new Value(
                        kept ? List.of() : List.copyOf(seen),
                        false,
                        kept,
                        yaml.place().at()))
                : Optional.empty();
    }

    private static Optional<String> objection(Value item, Set<String> before) {
        if (item.isKept()) {
            return Optional.empty();
        }
        if (item.text().contains(",")) {
            return Optional.of("A comma divides nothing within a text. Write a list: [one, another].");
        }
        return before.add(item.text())
                ? Optional.empty()
                : Optional.of("'%s' is in this list twice. Remove one.".formatted(Place.shown(item.text())));
    }

    private void named(Attribute attribute, Yaml yaml, boolean keepable, Map<String, Value> values) {
        switch (yaml) {
            case Yaml.Mapping mapping ->
                mapping.entries().forEach((name, entry) -> {
                    if (name.matches(NAMES)) {
                        value(attribute, entry, keepable)
                                .ifPresent(value -> values.put(attribute.name() + "." + name, value));
                    } else {
                        mistakes.add(
                                entry.place(),
                                "This cannot be a name. Names have 1 to 100 letters, digits, - _ and dots.");
                    }
                });
            case Yaml.Text ignored -> wrongShape(yaml, "a mapping, names with a value each");
            case Yaml.Items ignored -> wrongShape(yaml, "a mapping, names with a value each");
            case Yaml.Nothing ignored -> {
                // all of its lines are commented out
            }
            case Yaml.Unreadable ignored -> {
                // has been said
            }
        }
    }
}
