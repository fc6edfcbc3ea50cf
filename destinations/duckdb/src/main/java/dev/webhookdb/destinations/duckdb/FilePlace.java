package dev.webhookdb.destinations.duckdb;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which file a URL means: one of a directory that the operator names, and no other.
 *
 * <p>URLs are written by members of organizations, who must not reach the host's files. So a URL has a file's name, and no path: there is
 * nothing that could lead out of the directory. A link that lies there is refused, too.
 */
final class FilePlace {
    /** The system property with the directory. */
    static final String PROPERTY = "webhookdb.duckdb.directory";

    /** A URL to take as a pattern. */
    static final String EXAMPLE = "duckdb:///analytics.duckdb";

    private static final Pattern PATH = Pattern.compile("/([A-Za-z0-9_][A-Za-z0-9._-]{0,99}\\.duckdb)");

    private FilePlace() {}

    /**
     * Returns the file's name.
     *
     * @throws IllegalArgumentException with a sentence without secrets
     */
    static String name(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        var matcher = PATH.matcher(path);
        if (!matcher.matches()
                || url.getRawAuthority() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "Name a file of letters, digits, '.', '-' and '_' that ends with .duckdb, without a directory, a host, a user or parameters, as in %s."
                            .formatted(EXAMPLE));
        }
        return matcher.group(1);
    }

    /** Returns the directory that the operator named. */
    static Optional<Path> directory() {
        return Optional.ofNullable(System.getProperty(PROPERTY))
                .filter(directory -> !directory.isBlank())
                .map(Path::of);
    }

    /** Returns the file, which need not be there. */
    static Path of(URI url, Optional<Path> directory) throws DestinationException {
        if (directory.isEmpty()) {
            throw settings(
                    "The operator has not said where files of DuckDB may be. Start the host with WEBHOOKDB_JAVA_OPTS=-D%s=DIRECTORY."
                            .formatted(PROPERTY));
        }
        try {
            Path real = directory.get().toRealPath();
            Path file = real.resolve(name(url));
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw settings("'%s' is no file. Choose another name.".formatted(file.getFileName()));
            }
            if (!Files.isWritable(Files.exists(file) ? file : real)) {
                throw settings("'%s' may not be written. The operator has to give the host's user the right to."
                        .formatted(file.getFileName()));
            }
            return file;
        } catch (IOException e) {
            throw new DestinationException(
                    Reason.SETTINGS,
                    "The directory for files of DuckDB is not there, or may not be read. The operator has to make it, or to change the system property %s."
                            .formatted(PROPERTY),
                    e);
        } catch (IllegalArgumentException e) {
            throw new DestinationException(Reason.SETTINGS, e.getMessage(), e);
        }
    }

    private static DestinationException settings(String sentence) {
        return new DestinationException(Reason.SETTINGS, sentence);
    }
}
