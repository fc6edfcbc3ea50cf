package dev.webhookdb.spi.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowTest {
    @Test
    void theLastValueIsTheChange() throws DestinationException {
        Row row = Row.of(Arrays.asList("a", null), 7, true);
        assertThat(row.size()).isEqualTo(3);
        assertThat(row.text(0)).isEqualTo("a");
        assertThat(row.text(1)).isNull();
        assertThat(row.number(2)).isEqualByComparingTo("7");
        assertThat(row.change()).isEqualTo(7);
        assertThat(row.deleted()).isTrue();
    }

    @Test
    void whatIsNullIsNullInEveryType() throws DestinationException {
        Row row = Row.of(Arrays.asList((String) null), 1, false);
        assertThat(row.number(0)).isNull();
        assertThat(row.truth(0)).isNull();
        assertThat(row.timestamp(0)).isNull();
        assertThat(row.date(0)).isNull();
        assertThat(row.texts(0)).isNull();
    }

    @Test
    void textsAreReadAsPostgresqlWritesThem() throws DestinationException {
        assertThat(row("12345678901234567890.10").number(0)).isEqualByComparingTo("12345678901234567890.1");
        assertThat(row("true").truth(0)).isTrue();
        assertThat(row("f").truth(0)).isFalse();
        assertThat(row("2026-01-02 03:04:05+00").timestamp(0)).isEqualTo(OffsetDateTime.parse("2026-01-02T03:04:05Z"));
        assertThat(row("2026-01-02 03:04:05.678901+00").timestamp(0))
                .isEqualTo(OffsetDateTime.parse("2026-01-02T03:04:05.678901Z"));
        assertThat(row("2026-01-02 03:04:05.5+00").timestamp(0))
                .isEqualTo(OffsetDateTime.parse("2026-01-02T03:04:05.5Z"));
        assertThat(row("2026-01-02").date(0)).isEqualTo(LocalDate.of(2026, 1, 2));
    }

    @Test
    void arraysAreReadAsPostgresqlWritesThem() {
        assertThat(row("{}").texts(0)).isEmpty();
        assertThat(row("{a,b c}").texts(0)).containsExactly("a", "b c");
        assertThat(row("{\"\",NULL,\"NULL\"}").texts(0)).containsExactly("", null, "NULL");
        assertThat(row("{\"a,b\",\"say \\\"x\\\"\",\"c:\\\\d\",\"{e}\"}").texts(0))
                .containsExactly("a,b", "say \"x\"", "c:\\d", "{e}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity", "0044-03-15 00:00:00+00 BC", "20260-01-01 00:00:00+00"})
    void aTimeThatNoCalendarHoldsIsTheRowsFault(String value) {
        assertThatThrownBy(() -> row(value).timestamp(0))
                .isInstanceOf(DestinationException.class)
                .hasMessageContaining("Value 1 of the row")
                .extracting(e -> ((DestinationException) e).reason())
                .isEqualTo(DestinationException.Reason.ROWS);
    }

    @Test
    void whatIsNoNumberIsTheRowsFault() {
        assertThatThrownBy(() -> row("NaN").number(0)).isInstanceOf(DestinationException.class);
    }

    private static Row row(String value) {
        return Row.of(List.of(value), 1, false);
    }
}
