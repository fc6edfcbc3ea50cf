package dev.webhookdb.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as operators write them. */
public final class Durations {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*([A-Za-z]+)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "min", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private Durations() {}

    /**
     * From {@code 30s}, {@code 6h} or ISO 8601's {@code PT30S}.
     *
     * @throws IllegalArgumentException when it is no duration, or a longer one than can be counted
     */
    public static Duration parse(String text) {
        Matcher amount = AMOUNT.matcher(text);
        Duration unit = amount.matches() ? UNITS.get(amount.group(2).toLowerCase(Locale.ROOT)) : null;
        try {
            return unit == null ? Duration.parse(text) : unit.multipliedBy(Long.parseLong(amount.group(1)));
        } catch (DateTimeParseException | ArithmeticException failure) {
            throw new IllegalArgumentException("a duration such as 30s or PT30S", failure);
        }
    }
}
