package dev.webhookdb.declare;

import java.util.List;
import java.util.Optional;

/**
 * Something that can be said of a kind of thing.
 *
 * @param name as it is written in files
 * @param otherwise what holds where nothing is said, in the form in which values are compared; empty if it stays as it is then
 * @param choices the possible texts of {@link Type#CHOICE}
 * @param description a sentence for editors and the documentation
 * @param form what a text has to look like
 * @param range what a number or a duration may be
 */
record Attribute(
        String name,
        Type type,
        boolean isRequired,
        Optional<String> otherwise,
        List<String> choices,
        String description,
        Form form,
        Optional<Range> range) {
    /** What can be written. */
    enum Type {
        TEXT,
        /** A text that nobody is shown; usually a reference to where it is. */
        SECRET,
        /** A URL that may hold a password, which nobody is shown. */
        URL,
        /** Compared as {@code true} or {@code false}. */
        FLAG,
        NUMBER,
        /** A list of texts; one text is a list of one. */
        TEXTS,
        /** A duration such as {@code 90s}, {@code 6h} or {@code PT6H}, or one of the choices; compared in ISO 8601's form. */
        DURATION,
        CHOICE,
        /** Texts by name. Each is an attribute with a path: {@code tables.stripe_charge_v1}. */
        NAMED_TEXTS,
        /** Secrets by name: {@code settings.webhook_secret}. */
        NAMED_SECRETS
    }

    /**
     * From the least to the most, both of which are possible, as people write them.
     *
     * @param most empty if there is no limit
     */
    record Range(String least, String most) {
        @Override
        public String toString() {
            return most.isEmpty() ? "at least " + least : "from %s to %s".formatted(least, most);
        }
    }

    static Attribute required(String name, Type type, String description) {
        return new Attribute(
                name, type, true, Optional.empty(), List.of(), description, usualForm(type), Optional.empty());
    }

    static Attribute optional(String name, Type type, String description) {
        return new Attribute(
                name, type, false, Optional.empty(), List.of(), description, usualForm(type), Optional.empty());
    }

    static Attribute usually(String otherwise, String name, Type type, String description) {
        return new Attribute(
                name, type, false, Optional.of(otherwise), List.of(), description, usualForm(type), Optional.empty());
    }

    /** Returns the same with texts that can be chosen from. */
    Attribute of(String... possible) {
        return new Attribute(name, type, isRequired, otherwise, List.of(possible), description, form, range);
    }

    /** Returns the same whose texts look like something. */
    Attribute like(Form wanted) {
        return new Attribute(name, type, isRequired, otherwise, choices, description, wanted, range);
    }

    /** Returns the same with limits. */
    Attribute within(String least, String most) {
        Range limits = new Range(least, most);
        return new Attribute(name, type, isRequired, otherwise, choices, description, form, Optional.of(limits));
    }

    private static Form usualForm(Type type) {
        return type == Type.URL ? Form.URL : Form.ANY;
    }

    boolean isNamed() {
        return type == Type.NAMED_TEXTS || type == Type.NAMED_SECRETS;
    }

    boolean isSecret() {
        return type == Type.SECRET || type == Type.URL || type == Type.NAMED_SECRETS;
    }
}
