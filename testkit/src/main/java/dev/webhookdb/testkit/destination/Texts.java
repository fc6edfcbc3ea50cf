package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Row;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;

/** Whether two texts are the same value of a type. */
final class Texts {
    private static final int SHOWN = 60;

    private Texts() {}

    static boolean same(Column.Type type, String wanted, String found) {
        if (wanted == null || found == null) {
            return Objects.equals(wanted, found);
        }
        return switch (type) {
            case TEXT, JSON, BOOLEAN, DATE -> wanted.equals(found);
            case INTEGER, BIGINT, NUMERIC -> wanted.equals(found) || sameNumber(wanted, found);
            case TIMESTAMP -> wanted.equals(found) || sameInstant(wanted, found);
            case TEXT_ARRAY -> row(wanted).texts(0).equals(row(found).texts(0));
        };
    }

    private static boolean sameNumber(String wanted, String found) {
        try {
            return new BigDecimal(wanted).compareTo(new BigDecimal(found)) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean sameInstant(String wanted, String found) {
        try {
            return row(wanted).timestamp(0).isEqual(row(found).timestamp(0));
        } catch (DestinationException e) {
            return false;
        }
    }

    private static Row row(String value) {
        return Row.of(List.of(value), 0, false);
    }

    /** Returns a value as it is shown to people: its beginning, and its length if it is long. */
    static String shown(String value) {
        if (value == null) {
            return "NULL";
        }
        return value.length() <= SHOWN
                ? "'" + value + "'"
                : "'%s...' of %d characters".formatted(value.substring(0, SHOWN), value.length());
    }
}
