package dev.webhookdb.sync;

import dev.webhookdb.notify.SigningSecret;
import dev.webhookdb.notify.SubscriptionException;
import dev.webhookdb.sync.SyncException.Field;
import dev.webhookdb.sync.SyncTarget.Terms;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What can be said of a sync target, and what cannot. Thread-safe. */
final class SyncRules {
    private static final int LONGEST_URL = 2_048;
    private static final int LARGEST_PAGE = 10_000;
    private static final int HIGHEST_PORT = 65_535;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST_PERIOD = Duration.ofDays(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

    private final Function<URI, Optional<String>> obstacle;

    /** @param obstacle says why an address cannot be reached */
    SyncRules(Function<URI, Optional<String>> obstacle) {
        this.obstacle = obstacle;
    }

    /** Returns a URL as it is kept, or refuses it. */
    String requireUrl(String text) {
        URI url = parsed(text.strip());
        String user = url.getRawUserInfo();
        if (user == null || user.isEmpty() || user.equals(":")) {
            throw new SyncException(
                    Field.URL,
                    "The URL must contain a user and a password, with which your endpoint knows who sends: https://user:password@%s"
                            .formatted(url.getHost()));
        }
        obstacle.apply(url).ifPresent(why -> {
            throw new SyncException(Field.URL, why);
        });
        return url.toString();
    }

    private static URI parsed(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw malformed();
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.isEmpty() && !scheme.matches("https?")) {
            throw new SyncException(
                    Field.URL,
                    "HTTP Sync sends to https:// only, and '%s' is another protocol. Write a URL like https://user:password@api.example.com/sync."
                            .formatted(scheme));
        }
        boolean complete = !scheme.isEmpty() && url.getHost() != null && url.getRawFragment() == null;
        if (!complete || text.length() > LONGEST_URL || url.getPort() == 0 || url.getPort() > HIGHEST_PORT) {
            throw malformed();
        }
        return URI.create(scheme + text.substring(scheme.length()));
    }

    private static SyncException malformed() {
        return new SyncException(
                Field.URL,
                "Write a URL like https://user:password@api.example.com/sync, of at most %d characters and without a '#'. Write signs like @, : and / in the password as %%40, %%3A and %%2F."
                        .formatted(LONGEST_URL));
    }

    /** Returns a secret that somebody typed, or refuses it. */
    static String secret(String text) {
        try {
            return SigningSecret.checked(text);
        } catch (SubscriptionException e) {
            throw new SyncException(Field.SECRET, e.getMessage());
        }
    }

    /** Refuses what is out of range. */
    void require(Terms terms) {
        terms.period().ifPresent(period -> {
            if (!isBetween(SHORTEST, period, LONGEST_PERIOD)) {
                throw new SyncException(
                        Field.PERIOD,
                        String.format(
                                Locale.ROOT,
                                "A table can be synced every %d to %,d seconds, or on every change.",
                                SHORTEST.toSeconds(),
                                LONGEST_PERIOD.toSeconds()));
            }
        });
        if (terms.pageSize() < 1 || terms.pageSize() > LARGEST_PAGE) {
            throw new SyncException(
                    Field.PAGE_SIZE, String.format(Locale.ROOT, "A page can have 1 to %,d rows.", LARGEST_PAGE));
        }
        if (!isBetween(SHORTEST, terms.timeout(), LONGEST_TIMEOUT)) {
            throw new SyncException(
                    Field.TIMEOUT,
                    "The endpoint can take %d to %d seconds for a page."
                            .formatted(SHORTEST.toSeconds(), LONGEST_TIMEOUT.toSeconds()));
        }
    }

    private static boolean isBetween(Duration shortest, Duration time, Duration longest) {
        return time.compareTo(shortest) >= 0 && time.compareTo(longest) <= 0;
    }
}
