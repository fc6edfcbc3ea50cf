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
 */
record Attribute(
        String name,
        Type type,
        boolean isRequired,
        Optional<String> otherwise,
        List<String> choices,
        String description) {
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

    static Attribute required(String name, Type type, String description) {
        return new Attribute(name, type, true, Optional.empty(), List.of(), description);
    }

    static Attribute optional(String name, Type type, String description) {
        return new Attribute(name, type, false, Optional.empty(), List.of(), description);
    }

    static Attribute usually(String otherwise, String name, Type type, String description) {
        return new Attribute(name, type, false, Optional.of(otherwise), List.of(), description);
    }

    /** Returns the same with texts that can be chosen from. */
    Attribute of(String... possible) {
        return new Attribute(name, type, isRequired, otherwise, List.of(possible), description);
    }

    boolean isNamed() {
        return type == Type.NAMED_TEXTS || type == Type.NAMED_SECRETS;
    }

    boolean isSecret() {
        return type == Type.SECRET || type == Type.URL || type == Type.NAMED_SECRETS;
    }
}
