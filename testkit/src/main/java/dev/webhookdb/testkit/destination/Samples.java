package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.Column;
import java.util.Arrays;
import java.util.List;

/** Ordinary and extreme values of each type. */
final class Samples {
    private Samples() {}

    static List<String> of(Column.Type type) {
        return switch (type) {
            case TEXT -> texts();
            case INTEGER -> Arrays.asList(null, "0", "-1", "2147483647", "-2147483648");
            case BIGINT -> Arrays.asList(null, "0", "-1", "9223372036854775807", "-9223372036854775808");
            case NUMERIC -> numbers();
            case BOOLEAN -> Arrays.asList(null, "true", "false");
            case TIMESTAMP -> timestamps();
            case DATE ->
                Arrays.asList(
                        null,
                        "2026-01-02",
                        "1969-12-31",
                        "2024-02-29",
                        "1000-01-01",
                        "9999-12-31",
                        "0044-03-15 BC",
                        "infinity");
            case JSON -> json();
            case TEXT_ARRAY -> arrays();
        };
    }

    private static List<String> texts() {
        return Arrays.asList(
                null,
                "",
                " ",
                "NULL",
                "\\N",
                "it's",
                "say \"hello\"",
                "back\\slash\\",
                "tab\tnew\nline\r\n",
                "; DROP TABLE x; --",
                "?:name$1%s",
                "blanks at the end  ",
                "\u001a\u0001\u007f",
                "Stra\u00dfe \u0130\u0131 \u4e2d\u6587",
                "emoji \ud83d\ude00\ud83c\uddee\ud83c\uddf3",
                "separators \u2028\u2029\u0085",
                "e\u0301",
                "a long text ".repeat(90_000));
    }

    private static List<String> numbers() {
        return Arrays.asList(
                null,
                "0",
                "0.10",
                "-12.5",
                "1999.99",
                "9223372036854775808",
                "0.00000000000000000001",
                "1234567890123456789012345678901234567890",
                "1234567890123456789012345678901234567890.12345678901234567890",
                "-0.1234567890123456789012345678901234567890",
                "NaN");
    }

    private static List<String> timestamps() {
        return Arrays.asList(
                null,
                "2026-01-02 03:04:05+00",
                "2026-01-02 03:04:05.678901+00",
                "2026-03-29 02:30:00+00",
                "2026-10-25 01:30:00.5+00",
                "1970-01-01 00:00:00+00",
                "1969-12-31 23:59:59.999999+00",
                "1901-01-01 00:00:00+00",
                "2038-01-19 03:14:08+00",
                "9999-12-31 23:59:59.999999+00",
                "0044-03-15 12:00:00+00 BC",
                "12026-01-02 03:04:05+00",
                "infinity",
                "-infinity");
    }

    private static List<String> json() {
        return Arrays.asList(
                null,
                "null",
                "{}",
                "[]",
                "\"text\"",
                "{\"A\": 2, \"a\": 1, \"a \": 3}",
                "{\"big\": 123456789012345678901234567890.123456789012345678901234567890, \"zero\": 1.0}",
                "{\"line\": \"\u2028\", \"emoji\": \"\ud83d\ude00\", \"quote\": \"it's \\\"so\\\" \\\\ \\n\"}",
                "{\"a\": ".repeat(90) + "1" + "}".repeat(90),
                "[" + "\"text\", ".repeat(50_000) + "1]");
    }

    private static List<String> arrays() {
        return Arrays.asList(
                null,
                "{}",
                "{a}",
                "{a,\"b c\",NULL}",
                "{\"NULL\",\"\",\" \"}",
                "{\"it's\",\"say \\\"hello\\\"\",\"back\\\\slash\",\"comma,\",\"{brace}\"}",
                "{\"tab\tline\n\",\"\ud83d\ude00\",\"\u2028\"}");
    }
}
