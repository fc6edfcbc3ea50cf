package dev.webhookdb.spi;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value (RFC 8259), as the platform parsed it.
 *
 * <p>Nothing is lost: numbers keep every digit, objects keep the order of their fields. Of a repeated field the last one counts.
 */
public sealed interface Json {
    /** An object; fields in the order they were written. */
    record Obj(Map<String, Json> fields) implements Json {}

    /** An array. */
    record Arr(List<Json> items) implements Json {}

    /** A string. */
    record Str(String value) implements Json {}

    /** A number of any size and precision. */
    record Num(BigDecimal value) implements Json {
        /** How many digits a number may take, written out, on each side of the decimal point; a double has 309 at most. */
        public static final int MOST_DIGITS = 1_000;

        /**
         * Returns whether the number, written out without an exponent, takes at most {@link #MOST_DIGITS} digits on each side of the
         * decimal point: {@code 1e999999999} is eleven characters until somebody writes it out. Every number that the platform parsed
         * does; the platform refuses others from connectors.
         */
        public boolean canBeWrittenOut() {
            long before = (long) value.precision() - value.scale();
            return before <= MOST_DIGITS && value.scale() <= MOST_DIGITS;
        }
    }

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements Json {}

    /** {@code null}, and what stands for "nothing at that path". */
    record Null() implements Json {}

    /** Returns the value at a path of field names, or {@link Null} where the path ends early. */
    default Json at(String... path) {
        Json value = this;
        for (String field : path) {
            value = value instanceof Obj(Map<String, Json> fields)
                    ? fields.getOrDefault(field, new Null())
                    : new Null();
        }
        return value;
    }

    /** Returns the string at a path; empty where there is none or it is something else. */
    default Optional<String> text(String... path) {
        return at(path) instanceof Str(String value) ? Optional.of(value) : Optional.empty();
    }

    /** Returns the number at a path; empty where there is none or it is something else. */
    default Optional<BigDecimal> number(String... path) {
        return at(path) instanceof Num(BigDecimal value) ? Optional.of(value) : Optional.empty();
    }

    /**
     * Returns the instant at a path that holds seconds since 1970-01-01T00:00Z; empty where there is no number, or one outside the
     * years 1970 to 9999.
     */
    default Optional<Instant> unixSeconds(String... path) {
        return number(path)
                .filter(seconds -> seconds.signum() >= 0 && seconds.compareTo(new BigDecimal(253_402_300_799L)) <= 0)
                .map(seconds -> Instant.ofEpochSecond(seconds.longValue()));
    }

    /** Returns whether the value at a path is {@code true}. */
    default boolean isTrue(String... path) {
        return at(path) instanceof Bool(boolean value) && value;
    }

    /** Returns the items of the array at a path; empty where there is none. */
    default List<Json> items(String... path) {
        return at(path) instanceof Arr(List<Json> items) ? items : List.of();
    }

    /**
     * Returns the items of the array at a path where there has to be one, such as the objects of a page: an answer without it is no
     * page, and not the end of a listing either.
     *
     * @throws ConnectorException with {@link ConnectorException.Reason#UNEXPECTED} if there is none
     */
    default List<Json> requiredItems(String... path) {
        if (at(path) instanceof Arr(List<Json> items)) {
            return items;
        }
        throw new ConnectorException(
                ConnectorException.Reason.UNEXPECTED,
                "The provider's answer has no list '%s': it is not what the connector asked for."
                        .formatted(String.join(".", path)));
    }
}
