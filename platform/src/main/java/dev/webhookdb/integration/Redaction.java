package dev.webhookdb.integration;

import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Hides secrets wherever a text repeats them: providers do so in their errors, and callers in their URLs. Immutable. */
public final class Redaction {
    /** What stands in the place of a secret. */
    public static final String MASK = "***";

    /** Hides nothing. */
    public static final Redaction NOTHING = new Redaction(List.of());

    /** Shorter values are not worth hiding, and hiding them would make nonsense of every text. */
    private static final int SHORTEST = 4;

    private final List<String> secrets;

    private Redaction(List<String> secrets) {
        this.secrets = secrets;
    }

    /** Hides what was supplied for those of the settings that are secret. */
    public static Redaction of(Settings settings, Collection<Setting> declared) {
        return of(declared.stream()
                .filter(setting -> setting.kind() == Setting.Kind.SECRET && settings.has(setting))
                .map(setting -> settings.secret(setting).reveal())
                .filter(secret -> secret.length() >= SHORTEST));
    }

    private static Redaction of(Stream<String> secrets) {
        return new Redaction(secrets.distinct()
                // one secret may be a part of another, of which it would leave the rest
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    /** Returns what hides the secrets of both. */
    public Redaction and(Redaction other) {
        return of(Stream.concat(secrets.stream(), other.secrets.stream()));
    }

    /** Returns a text without the secrets. */
    public String redacted(String text) {
        String redacted = text;
        for (String secret : secrets) {
            redacted = redacted.replace(secret, MASK);
        }
        return redacted;
    }
}
