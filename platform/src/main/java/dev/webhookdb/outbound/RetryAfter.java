package dev.webhookdb.outbound;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a server wants to be left alone: seconds, which some write with a fraction, or a date.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110: Retry-After</a>
 */
public final class RetryAfter {
    private RetryAfter() {}

    /** Reads a header's value; nothing if it is neither, and no time at all if the date is over. */
    public static Optional<Duration> parse(String value, Instant now) {
        String text = value.strip();
        try {
            if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
                return Optional.of(Duration.ofMillis((long) Math.ceil(Double.parseDouble(text) * 1_000)));
            }
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant();
            return Optional.of(until.isBefore(now) ? Duration.ZERO : Duration.between(now, until));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
