package dev.webhookdb.destinations.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.destinations.sqs.Messages.Message;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
    private static final DestinationTable TABLE = table("syt_1", Optional.of("sales"), "charge");

    @Test
    void aMessageTellsTheRow() throws Exception {
        assertThat(message(TABLE, row("ch_0", 7, "it's", false)).body())
                .isEqualTo(
                        "{\"schema\":\"sales\",\"table\":\"charge\",\"key_column\":\"charge_id\",\"key\":\"ch_0\",\"change\":7,"
                                + "\"deleted\":false,\"sync_target\":\"syt_1\",\"row\":{\"charge_id\":\"ch_0\",\"note\":\"it's\"}}");
    }

    @Test
    void aRowThatIsTooLongIsNamedAndNotTold() throws Exception {
        assertThat(message(TABLE, row("ch_0", 7, "x".repeat(Queue.LONGEST), true))
                        .body())
                .isEqualTo(
                        "{\"schema\":\"sales\",\"table\":\"charge\",\"key_column\":\"charge_id\",\"key\":\"ch_0\",\"change\":7,"
                                + "\"deleted\":true,\"sync_target\":\"syt_1\",\"thin\":true}");
    }

    @Test
    void bytesCountAndNotCharacters() throws Exception {
        assertThat(message(TABLE, row("ch_0", 7, "\u20ac".repeat(Queue.LONGEST / 3 - 200), false))
                        .body())
                .contains("\"row\":");
        assertThat(message(TABLE, row("ch_0", 7, "\u20ac".repeat(Queue.LONGEST / 3), false))
                        .body())
                .contains("\"thin\":true");
    }

    @Test
    void aKeyThatFitsIntoNoMessageRefusesItsRow() {
        assertThatThrownBy(() -> message(TABLE, row("k".repeat(Queue.LONGEST), 7, "", false)))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.ROWS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "k", "\u20ac/\u0000\ud800", "a key with blanks and \"quotes\""})
    void groupsAndIdsFitAnyKey(String key) throws Exception {
        Message message = message(TABLE, row(key, 7, "", false));
        assertThat(List.of(message.group(), message.id())).allMatch(id -> id.matches("[0-9a-f]{64}"));
    }

    @Test
    void aStateHasAnIdOfItsOwnAndARowAGroup() throws Exception {
        Message message = message(TABLE, row("ch_0", 7, "a", false));
        assertThat(message(TABLE, row("ch_0", 7, "a", false))).isEqualTo(message);
        Message next = message(TABLE, row("ch_0", 8, "a", false));
        assertThat(next.group()).isEqualTo(message.group());
        assertThat(next.id()).isNotEqualTo(message.id());
        Message other = message(TABLE, row("ch_00", 7, "a", false));
        assertThat(other.group()).isNotEqualTo(message.group());
        Message elsewhere = message(table("syt_2", Optional.of("sales"), "charge"), row("ch_0", 7, "a", false));
        assertThat(elsewhere.group()).isEqualTo(message.group());
        assertThat(elsewhere.id()).isNotEqualTo(message.id());
        Message unlike = message(table("syt_1", Optional.of("sal"), "escharge"), row("ch_0", 7, "a", false));
        assertThat(unlike.group()).isNotEqualTo(message.group());
    }

    @Test
    void charactersThatAQueueRefusesAreEscaped() {
        assertThat(Messages.allowed("\"\ufffe\uffff\ud800 \ud83d\ude00\u20ac\u007f\t\""))
                .isEqualTo("\"\\ufffe\\uffff\\ud800 \ud83d\ude00\u20ac\u007f\t\"");
    }

    private static Message message(DestinationTable table, Row row) throws DestinationException {
        return new Messages(table, Queue.LONGEST).of(List.of(row)).getFirst();
    }

    private static Row row(String key, long change, String note, boolean deleted) {
        return Row.of(Arrays.asList(key, note), change, deleted);
    }

    private static DestinationTable table(String owner, Optional<String> schema, String name) {
        return DestinationTable.of(
                owner,
                schema,
                name,
                "charge_id",
                List.of(
                        new DestinationColumn("charge_id", Column.Type.TEXT),
                        new DestinationColumn("note", Column.Type.TEXT),
                        new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));
    }
}
