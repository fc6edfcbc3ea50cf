package dev.webhookdb.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Conversion;
import dev.webhookdb.sql.Database;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExpressionTest {
    private static final Database DATABASE = TestPostgres.freshDatabase();

    private static final List<String> ODD_VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1.5",
            "1e400",
            "-1e-400",
            "1234567890123456789",
            "99999999999999999999999",
            "\"\"",
            "\" \"",
            "\"abc\"",
            "\"true\"",
            "\"12\"",
            "\"12abc\"",
            "\"1e5\"",
            "\"1e999\"",
            "\"--1\"",
            "\".\"",
            "\"NaN\"",
            "\"Infinity\"",
            "\"2026-02-29\"",
            "\"2024-02-29\"",
            "\"2026-02-30T10:00:00Z\"",
            "\"2026-13-01\"",
            "\"0000-01-01\"",
            "\"2026-01-31T24:00:00Z\"",
            "\"2026-01-31T10:00:00+99:00\"",
            "\"2026-01-31T10:00:00.123456789Z\"",
            "\"now\"",
            "\"today\"",
            "\"infinity\"",
            "\"epoch\"",
            "\"2026-06-31T10:00\"",
            "\"Thu, 30 Jul 2015 20:12:31 +0000\"",
            "\"Thu, 99 Jul 9999 99:99:99 +9999\"",
            "\"1900-02-29\"",
            "\"2000-02-29 00:00:00 UTC\"",
            "[]",
            "{}",
            "[1,\"a\",null]",
            "{\"id\":\"x\"}",
            "{\"id\":1}",
            "[[[]]]",
            "{\"a\":{\"b\":1}}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "INTEGER   | 12                               | 12",
                "INTEGER   | \"12\"                           | 12",
                "INTEGER   | 12.0                             | 12",
                "INTEGER   | 12.5                             | NULL",
                "INTEGER   | 999999999                        | 999999999",
                "INTEGER   | -2147483648                      | -2147483648",
                "INTEGER   | 2147483648                       | NULL",
                "INTEGER   | \"+007\"                         | 7",
                "INTEGER   | \" -12\\n\"                      | -12",
                "INTEGER   | \"12\\n13\"                     | NULL",
                "INTEGER   | \"\"                             | NULL",
                "INTEGER   | \"-\"                            | NULL",
                "BIGINT    | -999999999999999999              | -999999999999999999",
                "BIGINT    | 9223372036854775807              | 9223372036854775807",
                "BIGINT    | 9223372036854775808              | NULL",
                "NUMERIC   | 12345678901234567890.12          | 12345678901234567890.12",
                "NUMERIC   | \"-1.50\"                        | -1.50",
                "NUMERIC   | \".5\"                           | 0.5",
                "NUMERIC   | \"5.\"                           | 5",
                "NUMERIC   | \"1e3\"                          | 1000",
                "NUMERIC   | true                             | NULL",
                "BOOLEAN   | true                             | true",
                "BOOLEAN   | \"False\"                        | false",
                "BOOLEAN   | 1                                | NULL",
                "TEXT      | 12                               | 12",
                "TEXT      | {\"a\":1}                        | {\"a\": 1}",
                "TIMESTAMP | \"2026-01-31T12:00:00Z\"         | 2026-01-31 12:00:00+00",
                "TIMESTAMP | \"2026-01-31T12:00:00+02:00\"    | 2026-01-31 10:00:00+00",
                "TIMESTAMP | \"2026-01-31T12:00:00-0530\"     | 2026-01-31 17:30:00+00",
                "TIMESTAMP | \"2026-01-31 12:00:00.25\"       | 2026-01-31 12:00:00.25+00",
                "TIMESTAMP | \"2026-01-31T12:00\"             | 2026-01-31 12:00:00+00",
                "TIMESTAMP | \"2026-01-31\"                   | 2026-01-31 00:00:00+00",
                "TIMESTAMP | \"2024-02-29\"                   | 2024-02-29 00:00:00+00",
                "TIMESTAMP | \"2026-02-29\"                   | NULL",
                "TIMESTAMP | \"2000-02-29 00:00:00 UTC\"      | 2000-02-29 00:00:00+00",
                "DATE      | \"2026-01-31\"                   | 2026-01-31",
                "DATE      | \"2026-01-31T23:00:00-02:00\"    | 2026-02-01",
                "JSON      | {\"a\":[1]}                      | {\"a\": [1]}",
                "JSON      | null                             | NULL",
                "TEXT_ARRAY| [\"a\",2,null]                   | {a,2,NULL}",
                "TEXT_ARRAY| \"a\"                            | {a}",
                "TEXT_ARRAY| {\"a\":1}                        | NULL",
            })
    void a_value_is_converted_or_is_null(Column.Type type, String json, String expected) {
        assertThat(converted(Column.of("v", type), json)).isEqualTo(expected);
    }

    @Test
    void unix_seconds_become_a_timestamp_or_a_date_in_utc() {
        assertThat(converted(Column.timestamp("v").via(new Conversion.UnixSeconds()), "1769860800"))
                .isEqualTo("2026-01-31 12:00:00+00");
        assertThat(converted(Column.date("v").via(new Conversion.UnixSeconds()), "\"1769860800\""))
                .isEqualTo("2026-01-31");
        assertThat(converted(Column.timestamp("v").via(new Conversion.UnixSeconds()), "1769860800.25"))
                .isEqualTo("2026-01-31 12:00:00.25+00");
        assertThat(converted(Column.timestamp("v").via(new Conversion.UnixSeconds()), "253402300799"))
                .isEqualTo("9999-12-31 23:59:59+00");
        assertThat(converted(Column.timestamp("v").via(new Conversion.UnixSeconds()), "-1"))
                .isEqualTo("NULL");
        assertThat(converted(Column.timestamp("v").via(new Conversion.UnixSeconds()), "1e30"))
                .isEqualTo("NULL");
        assertThat(converted(Column.timestamp("v").via(new Conversion.UnixSeconds()), "\"soon\""))
                .isEqualTo("NULL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Thu, 30 Jul 2015 20:12:31 +0000      | 2015-07-30 20:12:31+00",
                "Thu, 30 Jul 2015 20:12:31 +0530      | 2015-07-30 14:42:31+00",
                "Thu, 30 Jul 2015 20:12 GMT           | 2015-07-30 20:12:00+00",
                "3 Feb 2026 01:02:03 -0000            | 2026-02-03 01:02:03+00",
                "Mon, 01 Dec 2025 00:00:00 UTC        | 2025-12-01 00:00:00+00",
                "Thu, 29 Feb 2024 10:00:00 +0000      | 2024-02-29 10:00:00+00",
                "Sun, 29 Feb 2026 10:00:00 +0000      | NULL",
                "Thu, 30 Jux 2015 20:12:31 +0000      | NULL",
                "Thu, 30 anF 2015 20:12:31 +0000      | NULL",
                "Thu, 30 Jul 2015 25:12:31 +0000      | NULL",
                "Thu, 30 Jul 2015 20:12:31 +9900      | NULL",
                "Thu, 32 Jul 2015 20:12:31 +0000      | NULL",
                "Thu, 30 Jul 2015 20:12:31            | NULL",
                "2015-07-30T20:12:31Z                 | NULL",
                "soon                                 | NULL",
            })
    void a_date_of_a_mail_becomes_a_timestamp_or_a_date_in_utc(String mail, String expected) {
        String json = '"' + mail + '"';
        assertThat(converted(Column.timestamp("v").via(new Conversion.Rfc2822()).index(), json, "Asia/Kolkata"))
                .isEqualTo(converted(Column.timestamp("v"), '"' + expected + '"', "Asia/Kolkata"));
        assertThat(converted(Column.timestamp("v").via(new Conversion.Rfc2822()), json))
                .isEqualTo(expected);
        assertThat(converted(Column.date("v").via(new Conversion.Rfc2822()), json))
                .isEqualTo(expected.replaceAll(" .*", ""));
    }

    @Test
    void a_value_is_read_from_the_first_place_that_has_one() {
        Column moved = Column.text("v").at("v", "old").or("v", "new").or("v", "list", "0", "id");
        assertThat(converted(moved, "{\"old\":\"a\",\"new\":\"b\"}")).isEqualTo("a");
        assertThat(converted(moved, "{\"old\":null,\"new\":\"b\"}")).isEqualTo("b");
        assertThat(converted(moved, "{\"list\":[{\"id\":\"c\"}]}")).isEqualTo("c");
        assertThat(converted(moved, "{\"list\":[]}")).isEqualTo("NULL");
        assertThat(converted(moved.via(new Conversion.Reference()), "{\"new\":{\"id\":\"d\"}}"))
                .isEqualTo("d");
        assertThat(converted(Column.json("v").at("v", "x").or("v", "y"), "{\"x\":null,\"y\":[1]}"))
                .isEqualTo("[1]");
        assertThat(converted(Column.numeric("v").at("v", "x").or("v", "y"), "{\"y\":\"12.5\"}"))
                .isEqualTo("12.5");
        assertThat(converted(Column.texts("v").at("v", "x").or("v", "y"), "{\"y\":[\"p\",\"q\"]}"))
                .isEqualTo("{p,q}");
    }

    @Test
    void a_reference_is_an_id_or_the_id_of_an_expanded_object() {
        Column reference = Column.text("v").via(new Conversion.Reference()).index();
        assertThat(converted(reference, "\"cus_1\"")).isEqualTo("cus_1");
        assertThat(converted(reference, "{\"id\":\"cus_1\",\"name\":\"x\"}")).isEqualTo("cus_1");
        assertThat(converted(reference, "null")).isEqualTo("NULL");
    }

    @Test
    void a_text_can_be_captured_or_split() {
        assertThat(converted(Column.integer("v").via(new Conversion.Capture("order-([0-9]+)")), "\"order-42\""))
                .isEqualTo("42");
        assertThat(converted(Column.integer("v").via(new Conversion.Capture("order-([0-9]+)")), "\"none\""))
                .isEqualTo("NULL");
        assertThat(converted(Column.texts("v").via(new Conversion.Split(",")), "\"b, a ,'c'\""))
                .isEqualTo("{b,a,'c'}");
    }

    @Test
    void a_text_too_long_for_an_index_is_null_where_it_is_indexed() {
        String longText = '"' + "x".repeat(3000) + '"';
        assertThat(converted(Column.text("v").index(), longText)).isEqualTo("NULL");
        assertThat(converted(Column.text("v"), longText)).hasSize(3000);
    }

    /** P9: no value fails a column of any type, in any time zone. */
    @ParameterizedTest
    @EnumSource(Column.Type.class)
    void no_value_fails_a_column(Column.Type type) {
        List<Conversion> conversions = List.of(
                new Conversion.AsIs(),
                new Conversion.Reference(),
                new Conversion.UnixSeconds(),
                new Conversion.Rfc2822(),
                new Conversion.Capture("(a)"));
        for (Conversion conversion : conversions) {
            for (String json : ODD_VALUES) {
                assertThat(converted(Column.of("v", type).via(conversion).index(), json))
                        .as("%s via %s from %s", type, conversion, json)
                        .isNotNull();
            }
        }
    }

    @Test
    void the_session_s_time_zone_makes_no_difference() {
        Column column = Column.timestamp("v");
        assertThat(converted(column, "\"2026-01-31T12:00:00\"", "Asia/Kolkata"))
                .isEqualTo(converted(column, "\"2026-01-31T17:30:00+05:30\"", "Asia/Kolkata"));
        assertThat(converted(Column.date("v"), "\"2026-01-31T23:59:00Z\"", "Asia/Kolkata"))
                .isEqualTo("2026-01-31");
    }

    @Test
    void an_instant_beyond_the_type_is_null() {
        assertThat(instant(Column.integer("v").asOf(), "'2026-01-31 12:00Z'")).isEqualTo("1769860800");
        assertThat(instant(Column.integer("v").asOf(), "'2050-01-31 12:00Z'")).isEqualTo("NULL");
        assertThat(instant(Column.bigint("v").asOf(), "'-infinity'")).isEqualTo("NULL");
        assertThat(instant(Column.numeric("v").asOf(), "'2026-01-31 12:00:00.5Z'"))
                .isEqualTo("1769860800.500000");
    }

    private static String instant(Column column, String asOf) {
        String expression = Expression.of(column, "data", "as_of");
        return DATABASE.transaction(
                session -> session.sql("select (%s)::text as value from (select %s::timestamptz as as_of) as given"
                                .formatted(expression, asOf))
                        .one(row -> row.optionalText("value").orElse("NULL")));
    }

    private static String converted(Column column, String json) {
        return converted(column, json, "UTC");
    }

    private static String converted(Column column, String json, String zone) {
        String expression = Expression.of(column, "data", "as_of");
        return DATABASE.transaction(session -> {
            session.sql("set local time zone '%s'".formatted(zone)).execute();
            return session.sql("select (%s)::text as value from (select :data::jsonb as data, now() as as_of) as given"
                            .formatted(expression))
                    .bind("data", "{\"v\": " + json + "}")
                    .one(row -> row.optionalText("value").orElse("NULL"));
        });
    }
}
