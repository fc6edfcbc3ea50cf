package dev.webhookdb.declare;

import dev.webhookdb.config.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one document: an organization, and things by kind and name. */
final class DocumentReader {
    private static final String KEY = "key";
    private static final String NAME = "name";
    private static final List<String> SECTIONS =
            Arrays.stream(Kind.values()).map(Kind::section).toList();

    private final References references;
    private final Mistakes mistakes;
    private final AttributeReader attributes;
    private final IntegrationRules integrations;

    DocumentReader(References references, Mistakes mistakes) {
        this.references = references;
        this.mistakes = mistakes;
        this.attributes = new AttributeReader(references, mistakes);
        this.integrations = new IntegrationRules(mistakes);
    }

    /** Returns what a document says; empty if it says nothing, or not whose things it is about. */
    Optional<Said> read(Yaml document) {
        return switch (document) {
            case Yaml.Mapping mapping -> read(mapping);
            case Yaml.Nothing ignored -> Optional.empty();
            case Yaml.Unreadable ignored -> Optional.empty();
            case Yaml.Text ignored -> refused(document);
            case Yaml.Items ignored -> refused(document);
        };
    }

    private Optional<Said> refused(Yaml document) {
        mistakes.add(
                document.place(),
                "The document is %s. Write a mapping that begins with 'organization: NAME'."
                        .formatted(document.noun()));
        return Optional.empty();
    }

    private Optional<Said> read(Yaml.Mapping document) {
        Yaml organization = document.entries().get(Kind.ORGANIZATION.section());
        if (organization == null) {
            mistakes.add(
                    document.place(),
                    "The document does not say whose things these are. Write 'organization: NAME' at its beginning.");
        }
        Optional<Declaration> owner = Optional.ofNullable(organization).flatMap(this::organization);
        String key = owner.map(Declaration::organization).orElse("");
        List<Declaration> things = new ArrayList<>();
        document.entries().forEach((section, yaml) -> {
            Optional<Kind> kind = Kind.ofSection(section);
            if (kind.isEmpty()) {
                mistakes.add(yaml.place(), unknownSection(section));
            } else if (kind.get() != Kind.ORGANIZATION) {
                section(kind.get(), key, yaml, things);
            }
        });
        return owner.map(found -> new Said(found, organization instanceof Yaml.Mapping, things));
    }

    private static String unknownSection(String section) {
        return Nearest.of(section, SECTIONS)
                .map(near -> "There is no such section. Perhaps '%s' is meant.".formatted(near))
                .orElseGet(() -> "There is no such section. There is %s.".formatted(String.join(", ", SECTIONS)));
    }

    private Optional<Declaration> organization(Yaml yaml) {
        return switch (yaml) {
            case Yaml.Mapping mapping -> longForm(mapping);
            case Yaml.Text text -> shortForm(text);
            case Yaml.Nothing ignored -> nameless(yaml, "There is nothing here.");
            case Yaml.Items ignored -> nameless(yaml, "There is a list here.");
            case Yaml.Unreadable ignored -> Optional.empty();
        };
    }

    private Optional<Declaration> nameless(Yaml yaml, String found) {
        mistakes.add(yaml.place(), found + " Write the organization's name, or a mapping with its name.");
        return Optional.empty();
    }

    /** Who writes a key names an organization, and does not rename the one that has it. */
    private Optional<Declaration> shortForm(Yaml.Text text) {
        Optional<String> name = identity(text);
        Optional<String> key = name.flatMap(found -> derived(text, found));
        return key.map(found -> organization(
                found,
                text,
                found.equals(name.orElseThrow())
                        ? Map.of()
                        : Map.of(
                                NAME,
                                new Value(
                                        List.of(name.get()),
                                        false,
                                        false,
                                        text.place().at()))));
    }

    private Optional<Declaration> longForm(Yaml.Mapping mapping) {
        Map<String, Value> values = attributes.read(Kind.ORGANIZATION, mapping, Set.of(KEY));
        return key(mapping, values).map(key -> organization(key, mapping, values));
    }

    private Optional<String> key(Yaml.Mapping mapping, Map<String, Value> values) {
        Yaml key = mapping.entries().get(KEY);
        Yaml name = mapping.entries().get(NAME);
        if (key instanceof Yaml.Text text) {
            return identity(text).filter(found -> isKey(found, text));
        }
        if (key != null && !(key instanceof Yaml.Unreadable)) {
            mistakes.add(key.place(), "There is %s here. Write %s.".formatted(key.noun(), Form.KEY.expected()));
        } else if (key == null && name == null) {
            nameless(mapping, "The organization has no name.");
        } else if (key == null && values.containsKey(NAME) && values.get(NAME).isKept()) {
            mistakes.add(name.place(), "The name is stored, and the key cannot be made of it. Write the key as well.");
        } else if (key == null && values.containsKey(NAME)) {
            return derived(name, values.get(NAME).text());
        }
        return Optional.empty();
    }

    /** Shows what is written, and not what a reference gives. */
    private boolean isKey(String key, Yaml.Text written) {
        if (Form.KEY.isOf(key)) {
            return true;
        }
        mistakes.add(
                written.place(),
                "'%s' cannot be an organization's key. Write %s."
                        .formatted(Place.shown(written.text()), Form.KEY.expected()));
        return false;
    }

    private static Declaration organization(String key, Yaml yaml, Map<String, Value> values) {
        return new Declaration(Kind.ORGANIZATION, key, key, yaml.place().at(), values);
    }

    /** The same as where an organization is created by its name. */
    private Optional<String> derived(Yaml yaml, String name) {
        String key = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_+|_+$", "");
        if (key.isEmpty()) {
            mistakes.add(
                    yaml.place(),
                    "An organization's name has a letter or a digit in it, and this has none. Write another.");
            return Optional.empty();
        }
        return Optional.of(key);
    }

    /** A text that says which thing is meant. */
    private Optional<String> identity(Yaml.Text text) {
        return switch (references.resolve(text.text())) {
            case References.Outcome.Known known
            when !known.text().isBlank() -> Optional.of(known.text().strip());
            case References.Outcome.Known ignored -> nothing(text, "There is an empty text here. Write a name.");
            case References.Outcome.Stored ignored ->
                nothing(text, "Whose things these are cannot be what is stored. Leave out |stored.");
            case References.Outcome.Wrong(String sentence) -> nothing(text, sentence);
        };
    }

    private Optional<String> nothing(Yaml yaml, String sentence) {
        mistakes.add(yaml.place(), sentence);
        return Optional.empty();
    }

    private void section(Kind kind, String organization, Yaml section, List<Declaration> things) {
        switch (section) {
            case Yaml.Mapping mapping ->
                mapping.entries()
                        .forEach((name, yaml) ->
                                thing(kind, organization, name, yaml).ifPresent(things::add));
            case Yaml.Nothing ignored -> {
                // all of its lines are commented out
            }
            case Yaml.Unreadable ignored -> {
                // has been said
            }
            case Yaml.Text ignored -> refuseSection(kind, section);
            case Yaml.Items ignored -> refuseSection(kind, section);
        }
    }

    private void refuseSection(Kind kind, Yaml section) {
        mistakes.add(
                section.place(),
                "There is %s here. Write a mapping: the name of each %s, and below it what is said of it."
                        .formatted(section.noun(), kind.noun()));
    }

    private Optional<Declaration> thing(Kind kind, String organization, String name, Yaml yaml) {
        boolean named = isNamed(kind, name, yaml.place());
        return mapping(kind, yaml).flatMap(said -> {
            Map<String, Value> values = attributes.read(kind, said, Set.of());
            Map<String, Value> canonical = kind == Kind.INTEGRATION ? integrations.apply(said, values) : values;
            return named
                    ? Optional.of(new Declaration(
                            kind,
                            organization,
                            kind.naming().canonical(name),
                            yaml.place().at(),
                            canonical))
                    : Optional.empty();
        });
    }

    private boolean isNamed(Kind kind, String name, Place place) {
        if (kind.naming().isOf(name)) {
            return true;
        }
        mistakes.add(
                place,
                References.isIn(name)
                        ? "A name cannot be a reference, because it is what a thing is known by. Write the name itself."
                        : "'%s' cannot be what %s %s is called. Write %s."
                                .formatted(
                                        Place.shown(name),
                                        AttributeReader.article(kind),
                                        kind.noun(),
                                        kind.naming().expected()));
        return false;
    }

    /** One value is short for a mapping with the attribute that matters most. */
    private Optional<Yaml.Mapping> mapping(Kind kind, Yaml yaml) {
        return switch (yaml) {
            case Yaml.Mapping mapping -> Optional.of(mapping);
            case Yaml.Nothing nothing -> Optional.of(new Yaml.Mapping(nothing.place(), Map.of()));
            case Yaml.Unreadable ignored -> Optional.empty();
            case Yaml.Text text
            when kind.shorthand().isPresent() ->
                Optional.of(new Yaml.Mapping(
                        text.place(),
                        new LinkedHashMap<>(Map.of(kind.shorthand().get(), text))));
            case Yaml.Text ignored -> refuseThing(kind, yaml);
            case Yaml.Items ignored -> refuseThing(kind, yaml);
        };
    }

    private Optional<Yaml.Mapping> refuseThing(Kind kind, Yaml yaml) {
        mistakes.add(
                yaml.place(),
                "There is %s here. Write a mapping, with %s below the name."
                        .formatted(
                                yaml.noun(),
                                String.join(
                                        ", ",
                                        kind.attributes().stream()
                                                .map(Attribute::name)
                                                .toList())));
        return Optional.empty();
    }
}
