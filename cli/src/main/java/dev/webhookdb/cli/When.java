package dev.webhookdb.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a point in time: an age ({@code 90m}), an ISO duration ({@code PT90M}), a day or an instant with an offset. */
final class When {
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhdw])");

    private static final Pattern INSTANT =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?Z");
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private When() {}

    static Instant parse(String text, Instant now) {
        try {
            return read(text, now);
        } catch (DateTimeException | ArithmeticException e) {
            throw Failure.ofUsage("'" + text + "' is not a point in time. Write an age like 90m, 12h or 7d, a day like"
                    + " 2026-01-31, or an instant like 2026-01-31T08:00:00Z.");
        }
    }

    /** Returns an instant to the second in a zone, and any other text as it is. */
    static String local(String text, ZoneId zone) {
        if (!INSTANT.matcher(text).matches()) {
            return text;
        }
        try {
            return LOCAL.format(Instant.parse(text).atZone(zone));
        } catch (DateTimeException e) {
            // looks like a time, and is none
            return text;
        }
    }

    /** Returns whether a text looks like an amount of time, and not like a point in it. */
    static boolean isDuration(String text) {
        return AGE.matcher(text).matches() || text.startsWith("P");
    }

    /** Reads an amount of time: {@code 90m} or {@code PT90M}. */
    static Duration duration(String text) {
        Matcher amount = AGE.matcher(text);
        try {
            return amount.matches()
                    ? unit(amount.group(2)).multipliedBy(Long.parseLong(amount.group(1)))
                    : Duration.parse(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw Failure.ofUsage("'" + text + "' is not an amount of time. Write it like 15m, 6h, 1d or PT90M.");
        }
    }

    private static Instant read(String text, Instant now) {
        Matcher age = AGE.matcher(text);
        if (age.matches()) {
            return now.minus(unit(age.group(2)).multipliedBy(Long.parseLong(age.group(1))));
        }
        if (text.startsWith("P")) {
            return now.minus(Duration.parse(text));
        }
        if (text.contains("T")) {
            return OffsetDateTime.parse(text).toInstant();
        }
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }
}
