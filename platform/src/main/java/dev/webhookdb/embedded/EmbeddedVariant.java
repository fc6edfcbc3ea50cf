package dev.webhookdb.embedded;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which PostgreSQL an {@link EmbeddedServer} is, and how it is set up. The platform brings one; tests try others.
 *
 * @param archives finds the archive with the programs for a machine
 * @param binaries where to unpack them, if not next to the data
 * @param initialization options for {@code initdb}: the encoding and the locale, at least
 * @param settings in addition to {@link EmbeddedSettings}
 */
public record EmbeddedVariant(
        PgBinaryResolver archives, Optional<Path> binaries, List<String> initialization, Map<String, String> settings) {
    /** The locale is PostgreSQL's own, so that an upgrade of the system cannot change how texts are sorted. */
    static final EmbeddedVariant STANDARD = new EmbeddedVariant(
            DefaultPostgresBinaryResolver.INSTANCE,
            Optional.empty(),
            List.of("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            Map.of());
}
