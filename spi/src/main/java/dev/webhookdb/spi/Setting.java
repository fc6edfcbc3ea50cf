package dev.webhookdb.spi;

import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A value that an operator supplies for an integration.
 *
 * <p>The platform asks for the settings of a resource in the order they are declared, shows {@link #help}, trims and
 * {@linkplain #normalize normalizes} the answer, stores it encrypted, and never prints a {@linkplain Kind#SECRET secret}.
 */
public final class Setting {
    /** What a value is, which decides how it is asked for and shown. */
    public enum Kind {
        /** Any text; shown. */
        TEXT,
        /** An absolute URL; shown without its credentials. */
        URL,
        /** A secret; asked for without echo, shown to nobody. */
        SECRET
    }

    /** Which half of replication needs a value. */
    public enum Half {
        /** Receiving webhooks. */
        WEBHOOK,
        /** Reading the provider's API. */
        BACKFILL
    }

    private final String name;
    private final Kind kind;
    private final Half half;
    private final String help;
    private final UnaryOperator<String> normalizer;

    private Setting(String name, Kind kind, Half half, String help, UnaryOperator<String> normalizer) {
        this.name = Names.check("setting", name);
        this.kind = kind;
        this.half = half;
        this.help = help;
        this.normalizer = Objects.requireNonNull(normalizer, "normalizer");
        if (help.isBlank()) {
            throw new IllegalArgumentException("Setting '%s' needs help: say where its value is found".formatted(name));
        }
    }

    /**
     * Declares a setting.
     *
     * @param name identifier, as it appears in the API and in files
     * @param help where to find the value, in one or two sentences
     */
    public static Setting of(String name, Kind kind, Half half, String help) {
        return new Setting(name, kind, half, help, UnaryOperator.identity());
    }

    /** Declares a secret that verifies webhooks. */
    public static Setting webhookSecret(String name, String help) {
        return of(name, Kind.SECRET, Half.WEBHOOK, help);
    }

    /** Declares a secret that authorizes requests to the provider's API. */
    public static Setting apiKey(String name, String help) {
        return of(name, Kind.SECRET, Half.BACKFILL, help);
    }

    /**
     * Returns this setting with a function that brings an answer into the form to keep, for example a shop's name into its URL. It
     * throws {@link IllegalArgumentException} with a sentence for the operator if the answer cannot be right.
     */
    public Setting normalizedBy(UnaryOperator<String> function) {
        return new Setting(name, kind, half, help, function);
    }

    /** Returns the identifier. */
    public String name() {
        return name;
    }

    /** Returns what the value is. */
    public Kind kind() {
        return kind;
    }

    /** Returns which half of replication needs the value. */
    public Half half() {
        return half;
    }

    /** Returns where to find the value. */
    public String help() {
        return help;
    }

    /**
     * Returns an answer, trimmed and in the form to keep.
     *
     * @throws IllegalArgumentException if the answer is empty or cannot be right; the message is for the operator
     */
    public String normalize(String answer) {
        String trimmed = answer.strip();
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException("The setting %s must not be empty.".formatted(name));
        }
        return normalizer.apply(trimmed);
    }

    @Override
    public String toString() {
        return "Setting[%s, %s, %s]".formatted(name, kind, half);
    }
}
