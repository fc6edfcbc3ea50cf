package dev.webhookdb.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How a text becomes a value; each throws an {@link IllegalArgumentException} that says what was expected. */
final class Values {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*([A-Za-z]*)");
    private static final Map<String, Long> SIZES = Map.of(
            "",
            1L,
            "b",
            1L,
            "kb",
            1000L,
            "mb",
            1000_000L,
            "gb",
            1000_000_000L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30);

    private Values() {}

    static int integer(String text, int least, int most) {
        String expected = "a whole number from %d to %d".formatted(least, most);
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(expected);
        }
        int number = Integer.parseInt(text);
        require(number >= least && number <= most, expected);
        return number;
    }

    static boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    /** Bytes from {@code 5 MiB}, {@code 5MB} or {@code 5242880}. */
    static long size(String text, long least, long most) {
        String expected = "a size such as 5 MiB, from %d to %d bytes".formatted(least, most);
        Matcher amount = AMOUNT.matcher(text);
        require(amount.matches(), expected);
        Long unit = SIZES.get(amount.group(2).toLowerCase(Locale.ROOT));
        require(unit != null, expected);
        long bytes = Long.parseLong(amount.group(1)) * unit;
        require(bytes >= least && bytes <= most, expected);
        return bytes;
    }

    /** From {@code 30s} or ISO 8601's {@code PT30S}. */
    static Duration duration(String text, Duration least, Duration most) {
        return duration(text, least, most, "a duration such as 30s or PT30S, from %s to %s".formatted(least, most));
    }

    /** The same, with what to say was expected. */
    static Duration duration(String text, Duration least, Duration most, String expected) {
        Duration duration = read(text, Durations::parse, expected);
        require(duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0, expected);
        return duration;
    }

    static <E extends Enum<E>> E choice(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        String names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw new IllegalArgumentException("one of " + names);
    }

    /** Reads with a function that complains in its own words, and complains in ours. */
    static <T> T read(String text, Function<String, T> reader, String expected) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeParseException | ArithmeticException failure) {
            throw new IllegalArgumentException(expected, failure);
        }
    }

    static void require(boolean right, String expected) {
        if (!right) {
            throw new IllegalArgumentException(expected);
        }
    }
}
