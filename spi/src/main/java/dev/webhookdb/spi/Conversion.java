package dev.webhookdb.spi;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * How a JSON value becomes a column's value.
 *
 * <p>Conversions are data, not code. The platform has one implementation of each, in SQL, which serves a row that arrives as well
 * as a column that is added to a table with rows. A conversion never fails: what cannot be converted is NULL, and the whole
 * resource is in {@code data} anyway.
 */
public sealed interface Conversion {
    /**
     * The value itself. A number or {@code true} is accepted where it is written as a string, and the other way round; an object or
     * array in a text column is its JSON text; a timestamp is ISO 8601, in UTC where it names no zone.
     */
    record AsIs() implements Conversion {}

    /** Seconds since 1970-01-01T00:00Z, as a timestamp or as a date in UTC. */
    record UnixSeconds() implements Conversion {}

    /**
     * A date as in mail headers, for example {@code Thu, 30 Jul 2015 20:12:31 +0000}, as a timestamp or as a date in UTC. The day of
     * the week may be missing and is not checked; the month is English.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc2822#section-3.3">RFC 2822: date and time</a>
     */
    record Rfc2822() implements Conversion {}

    /** An identifier that the provider may expand: the string itself, or the {@code id} of an object. */
    record Reference() implements Conversion {}

    /**
     * The first capturing group of a regular expression in the value's text, or NULL.
     *
     * @param pattern an expression that means the same to PostgreSQL and to {@link Pattern}, with one group
     */
    record Capture(String pattern) implements Conversion {
        /**
         * Checks the pattern.
         *
         * @throws IllegalArgumentException if it cannot be compiled, or has no group or several
         */
        public Capture {
            int groups;
            try {
                groups = Pattern.compile(pattern).matcher("").groupCount();
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "The pattern '%s' does not compile: %s".formatted(pattern, e.getDescription()), e);
            }
            if (groups != 1) {
                throw new IllegalArgumentException(
                        "The pattern '%s' has %d groups instead of one".formatted(pattern, groups));
            }
        }
    }

    /**
     * The value's text, cut at a separator, each part trimmed; for an array of texts.
     *
     * @param separator not empty
     */
    record Split(String separator) implements Conversion {
        /**
         * Checks the separator.
         *
         * @throws IllegalArgumentException if it is empty
         */
        public Split {
            if (separator.isEmpty()) {
                throw new IllegalArgumentException("The separator of a split must not be empty");
            }
        }
    }
}
