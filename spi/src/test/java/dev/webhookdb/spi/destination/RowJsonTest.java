package dev.webhookdb.spi.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Column;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowJsonTest {
    @Test
    void allColumnsButTheChangeAreThereInTheirOrder() {
        DestinationTable table = table(
                new DestinationColumn("id", Column.Type.TEXT), new DestinationColumn("amount", Column.Type.INTEGER));
        assertThat(RowJson.of(table, Row.of(Arrays.asList("a", null), 7, false)))
                .isEqualTo("{\"id\":\"a\",\"amount\":null}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TEXT|it's|\"it's\"",
                "BIGINT|9223372036854775807|9223372036854775807",
                "NUMERIC|-0.10|-0.10",
                "NUMERIC|NaN|\"NaN\"",
                "NUMERIC|-Infinity|\"-Infinity\"",
                "BOOLEAN|t|true",
                "DATE|0044-03-15 BC|\"0044-03-15 BC\"",
                "TIMESTAMP|2026-01-02 03:04:05.5+00|\"2026-01-02T03:04:05.5Z\"",
                "TIMESTAMP|infinity|\"infinity\"",
                "JSON|{\"a\": [1.0]}|{\"a\": [1.0]}",
                "TEXT_ARRAY|{a,\"b c\",NULL}|[\"a\",\"b c\",null]"
            })
    void valuesAreWrittenAsTheyAre(Column.Type type, String value, String json) {
        DestinationTable table =
                table(new DestinationColumn("id", Column.Type.TEXT), new DestinationColumn("value", type));
        assertThat(RowJson.of(table, Row.of(List.of("a", value), 7, false)))
                .isEqualTo("{\"id\":\"a\",\"value\":%s}".formatted(json));
    }

    @Test
    void aTextIsEscaped() {
        assertThat(RowJson.text("\"\\\n\u0001\u2028\ud83d\ude00"))
                .isEqualTo("\"\\\"\\\\\\u000a\\u0001\u2028\ud83d\ude00\"");
    }

    private static DestinationTable table(DestinationColumn key, DestinationColumn other) {
        return DestinationTable.of(
                "syt_1",
                Optional.empty(),
                "charge",
                key.name(),
                List.of(key, other, new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));
    }
}
