package dev.webhookdb.spi;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

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

    /** What a value is needed for. */
    public enum Purpose {
        /** Receiving webhooks. */
        WEBHOOK,
        /** Reading the provider's API. */
        BACKFILL
    }

    private static final String YES = "yes";
    private static final String NO = "no";

    private final String name;
    private final Kind kind;
    private final Purpose purpose;
    private final String help;
    private final UnaryOperator<String> normalizer;
    private final boolean required;
    private final Optional<String> otherwise;
    private final boolean destination;

    private Setting(
            String name,
            Kind kind,
            Purpose purpose,
            String help,
            UnaryOperator<String> normalizer,
            boolean required,
            Optional<String> otherwise,
            boolean destination) {
        this.name = Names.check("setting", name);
        this.kind = kind;
        this.purpose = purpose;
        this.help = help;
        this.normalizer = Objects.requireNonNull(normalizer, "normalizer");
        this.required = required;
        this.otherwise = otherwise;
        this.destination = destination;
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
    public static Setting of(String name, Kind kind, Purpose purpose, String help) {
        return new Setting(
                name, kind, purpose, help, UnaryOperator.identity(), true, Optional.empty(), kind == Kind.URL);
    }

    /** Declares a secret that verifies webhooks. */
    public static Setting webhookSecret(String name, String help) {
        return of(name, Kind.SECRET, Purpose.WEBHOOK, help);
    }

    /**
     * Declares {@code api_url}, where the provider's API is, without a slash at its end. An operator may supply another address, for
     * example a provider's sandbox, a simulator or a proxy.
     */
    public static Setting apiUrl(String usual) {
        return of("api_url", Kind.URL, Purpose.BACKFILL, "Where the API is, if not at %s.".formatted(usual))
                .normalizedBy(Names::url)
                .orElse(usual);
    }

    /**
     * Declares a choice between {@code yes} and {@code no}, which is {@code no} unless an operator says otherwise and is not asked for: whether
     * tables have columns that most do not need, see {@link Column#onlyWith}.
     */
    public static Setting choice(String name, String help) {
        return of(name, Kind.TEXT, Purpose.WEBHOOK, help)
                .normalizedBy(Setting::yesOrNo)
                .orElse(NO);
    }

    private static String yesOrNo(String answer) {
        return switch (answer.toLowerCase(Locale.ROOT)) {
            case YES, "y", "true", "on" -> YES;
            case NO, "n", "false", "off" -> NO;
            default -> throw new IllegalArgumentException("It must be yes or no.");
        };
    }

    /** Declares a secret that authorizes requests to the provider's API. */
    public static Setting apiKey(String name, String help) {
        return of(name, Kind.SECRET, Purpose.BACKFILL, help);
    }

    /**
     * Returns this setting with a function that brings an answer into the form to keep, for example a shop's name into its URL. It
     * throws {@link IllegalArgumentException} with a sentence for the operator if the answer cannot be right.
     */
    public Setting normalizedBy(UnaryOperator<String> function) {
        return new Setting(name, kind, purpose, help, function, required, otherwise, destination);
    }

    /**
     * Returns this setting as one whose answers have a known form. Be generous: what the provider may issue, now or later, must not be
     * refused.
     *
     * @param pattern a regular expression that a whole answer matches, trimmed
     * @param otherwise a sentence for the operator: what it must be, and where it is found
     */
    public Setting matching(String pattern, String otherwise) {
        Pattern form = Pattern.compile(pattern);
        return normalizedBy(answer -> {
            if (!form.matcher(answer).matches()) {
                throw new IllegalArgumentException(otherwise);
            }
            return answer;
        });
    }

    /** Returns this setting as one that is not asked for: {@link Settings#has} says whether an operator supplied it. */
    public Setting optional() {
        return new Setting(name, kind, purpose, help, normalizer, false, otherwise, destination);
    }

    /** Returns this setting as one that is not asked for and has a value unless an operator supplies another. */
    public Setting orElse(String value) {
        return new Setting(name, kind, purpose, help, normalizer, false, Optional.of(value), destination);
    }

    /**
     * Returns this setting as one that decides where secrets are sent, for example a shop's name that becomes a part of the API's
     * host. Every {@linkplain Kind#URL URL} is such a setting without being declared one. With another value of it the secrets for the
     * provider's API that were supplied before do not hold any more: the platform asks for them again, so that nobody who may not see a
     * secret can have it sent to a server of his own.
     */
    public Setting destination() {
        return new Setting(name, kind, purpose, help, normalizer, required, otherwise, true);
    }

    /** Returns the identifier. */
    public String name() {
        return name;
    }

    /** Returns what the value is. */
    public Kind kind() {
        return kind;
    }

    /** Returns what the value is needed for. */
    public Purpose purpose() {
        return purpose;
    }

    /** Returns whether an integration cannot do without it. */
    public boolean required() {
        return required;
    }

    /** Returns the value that counts unless an operator supplies another. */
    public Optional<String> otherwise() {
        return otherwise;
    }

    /** Returns whether this is a {@linkplain #choice choice} between yes and no. */
    public boolean isChoice() {
        return otherwise.filter(NO::equals).isPresent();
    }

    /** Returns whether an operator has said yes to this {@linkplain #choice choice}. */
    public boolean isChosen(Settings settings) {
        return isChoice() && settings.text(this).equals(YES);
    }

    /** Returns whether the value decides where secrets are sent. */
    public boolean isDestination() {
        return destination;
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
            throw new IllegalArgumentException("It must not be empty.");
        }
        return normalizer.apply(trimmed);
    }

    @Override
    public String toString() {
        return "Setting[%s, %s, %s]".formatted(name, kind, purpose);
    }
}
