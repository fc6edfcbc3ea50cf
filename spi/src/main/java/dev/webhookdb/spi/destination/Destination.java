package dev.webhookdb.spi.destination;

import java.net.URI;
import java.util.List;

/**
 * A kind of place that tables are copied to, such as MariaDB.
 *
 * <p>Destinations are found by {@link java.util.ServiceLoader}: an implementation is a public class with a public constructor without
 * parameters, named in {@code META-INF/services/dev.webhookdb.spi.destination.Destination} of a JAR whose manifest has {@code
 * Destination-Spi-Version} and {@code Destination-Version}. {@link #id}, {@link #title}, {@link #schemes} and {@link #example} are called
 * once, when it is loaded, must answer within five seconds and must do no I/O. Safe for use by many threads.
 */
public interface Destination {
    /** Returns the identifier, unique among installed destinations and never changed, for example {@code mariadb}. */
    String id();

    /** Returns the name shown to people, for example {@code MariaDB}. */
    String title();

    /** Returns the schemes of its URLs, in lower case, at least one, for example {@code mysql} and {@code mariadb}. */
    List<String> schemes();

    /** Returns a URL that people can take as a pattern, for example {@code mariadb://user:password@db.example.com:3306/analytics}. */
    String example();

    /**
     * Refuses a URL with which nothing could be reached, without reaching for anything.
     *
     * @param url with one of the {@link #schemes}
     * @throws IllegalArgumentException with a sentence for who wrote the URL, without secrets
     */
    default void check(URI url) {}

    /**
     * Opens a session, for the rows of one table.
     *
     * @throws DestinationException if the place cannot be reached, or does not let in
     */
    DestinationSession connect(Place place) throws DestinationException, InterruptedException;
}
