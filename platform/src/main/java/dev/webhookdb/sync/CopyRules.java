package dev.webhookdb.sync;

import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.connector.LoadedDestination;
import dev.webhookdb.sync.SyncException.Field;
import dev.webhookdb.sync.SyncTarget.Copy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What can be said of a table of a destination, and what cannot. Thread-safe. */
final class CopyRules {
    /** Destinations that are ours and that an operator installs, by scheme. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "kafka", "An operator brings it: cp share/destinations/kafka.jar destinations/.",
            "duckdb",
                    "An operator brings it with the JAR of destinations/duckdb, which docs/destinations/duckdb.md says how to build.",
            "snowflake",
                    "An operator brings it with the JAR of destinations/snowflake, which docs/destinations/snowflake.md says how to build.");

    private static final int LONGEST_URL = 2_048;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_ ]{0,62}");

    private final DestinationRegistry destinations;

    CopyRules(DestinationRegistry destinations) {
        this.destinations = destinations;
    }

    /** Returns the destination that a URL leads to. */
    LoadedDestination requireDestination(URI url) {
        String scheme = url.getScheme();
        return destinations.withScheme(scheme).orElseThrow(() -> new SyncException(Field.URL, unknown(scheme)));
    }

    /** Returns a URL as it is kept, or refuses it. */
    URI requireUrl(String text) {
        String stripped = text.strip();
        URI url = parsed(stripped);
        try {
            requireDestination(url).check(url);
        } catch (IllegalArgumentException e) {
            throw new SyncException(Field.URL, e.getMessage());
        }
        return url;
    }

    private URI parsed(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw malformed();
        }
        if (url.getScheme() == null || text.length() > LONGEST_URL || url.isOpaque()) {
            throw malformed();
        }
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        return URI.create(scheme + text.substring(scheme.length()));
    }

    private SyncException malformed() {
        return new SyncException(
                Field.URL,
                "Write a URL of at most %d characters, such as %s. Write signs like @, : and / in the password as %%40, %%3A and %%2F."
                        .formatted(LONGEST_URL, example()));
    }

    private String example() {
        return destinations.loaded().stream()
                .map(LoadedDestination::example)
                .findFirst()
                .orElse("postgres://user:password@db.example.com/analytics");
    }

    private String unknown(String scheme) {
        String known = destinations.loaded().stream()
                .map(one -> "%s (%s)".formatted(shown(one.schemes()), one.title()))
                .collect(Collectors.joining(", "));
        String there = known.isEmpty()
                ? "No destination is installed."
                : "The destinations that are installed have %s.".formatted(known);
        String instead = scheme.matches("https?") ? " For an endpoint of yours, use 'webhookdb httpsync create'." : "";
        String bringing = ELSEWHERE.getOrDefault(
                scheme, "A destination's JAR in the server's directory 'destinations' brings another.");
        return "No destination has URLs that begin with '%s://'. %s %s%s".formatted(scheme, there, bringing, instead);
    }

    private static String shown(List<String> schemes) {
        return schemes.stream().map(one -> one + "://").collect(Collectors.joining(" or "));
    }

    /** Returns the table that is named, or refuses the name. */
    static Copy requireCopy(Optional<String> schema, String table) {
        schema.ifPresent(name -> requireName(Field.SCHEMA, "schema", name));
        requireName(Field.TABLE, "table", table);
        return new Copy(schema, table);
    }

    private static void requireName(Field field, String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new SyncException(
                    field,
                    "A %s's name begins with a letter and has at most 63 letters, digits, underscores and blanks."
                            .formatted(what));
        }
    }
}
