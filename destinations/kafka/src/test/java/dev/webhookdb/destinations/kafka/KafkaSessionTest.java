package dev.webhookdb.destinations.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What is peculiar to Kafka, seen from a consumer. */
class KafkaSessionTest {
    private static final KafkaServer SERVER = KafkaServer.shared();
    private static final int MANY = 20_000;

    private final DestinationTable table = DestinationTable.of(
            "syt_" + UUID.randomUUID().toString().substring(0, 8),
            Optional.empty(),
            "charge_" + UUID.randomUUID().toString().substring(0, 8),
            "charge_id",
            List.of(
                    new DestinationColumn("pk", Column.Type.BIGINT),
                    new DestinationColumn("charge_id", Column.Type.TEXT),
                    new DestinationColumn("note", Column.Type.TEXT),
                    new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));

    @Test
    void aRecordIsTheRowAsJson() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.write(table, new Batch(List.of(row("ch_0", 7, "it's", false)), 7));
        }
        assertThat(records()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("ch_0");
            assertThat(record.value()).isEqualTo("{\"pk\":1,\"charge_id\":\"ch_0\",\"note\":\"it's\"}");
            assertThat(record.headers().lastHeader("webhookdb-change").value())
                    .asString()
                    .isEqualTo("7");
            assertThat(record.headers().lastHeader("webhookdb-table").value())
                    .asString()
                    .isEqualTo(table.name());
        });
    }

    @Test
    void aDeletedRowIsToldInItsLastStateAndThenAsATombstone() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.write(table, new Batch(List.of(row("ch_0", 7, "last", true)), 7));
        }
        assertThat(records()).extracting(ConsumerRecord::key).containsExactly("ch_0", "ch_0");
        assertThat(records().getFirst().value()).contains("last");
        assertThat(records().getLast().value()).isNull();
    }

    @Test
    void thePositionIsKeptAndNeverGoesBack() throws Exception {
        try (DestinationSession session = connect()) {
            assertThat(session.open(table, Start.at(3)).made()).isTrue();
            assertThat(session.open(table, Start.at(9)).position()).isEqualTo(OptionalLong.of(3));
            session.write(table, new Batch(List.of(), 20));
            session.write(table, new Batch(List.of(row("ch_0", 7, "late", false)), 7));
        }
        try (DestinationSession session = connect()) {
            Standing standing = session.open(table, Start.at(9));
            assertThat(standing.position()).isEqualTo(OptionalLong.of(20));
            assertThat(standing.made() || standing.adopted()).isFalse();
        }
    }

    @Test
    void beginningAfreshRemovesWhatIsThere() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(3));
            session.write(table, new Batch(List.of(row("ch_0", 7, "old", false)), 7));
            Standing standing = session.open(table, Start.empty());
            assertThat(standing.made()).isTrue();
            assertThat(standing.position()).isEqualTo(OptionalLong.of(0));
            session.write(table, new Batch(List.of(row("ch_1", 8, "new", false)), 8));
        }
        assertThat(records()).extracting(ConsumerRecord::key).containsExactly("ch_1");
    }

    @Test
    void closingInTheMiddleOfABatchLeavesBothItsRecordsAndItsPositionOrNone() throws Exception {
        long position = 0;
        for (int i = 0; i < 5; i++) {
            DestinationSession session = connect();
            session.open(table, Start.at(0));
            long after = position;
            Thread writer = Thread.ofVirtual().start(() -> write(session, after));
            Thread.sleep(i * 60L);
            session.close();
            assertThat(writer.join(Duration.ofSeconds(30))).isTrue();
            try (DestinationSession other = connect()) {
                position = other.open(table, Start.at(0)).position().orElseThrow();
            }
            assertThat(position).isIn(after, after + MANY);
            assertThat(records()).hasSize((int) position);
        }
    }

    @Test
    void aRowThatIsTooLongIsRefusedAlone() throws Exception {
        String noise = ThreadLocalRandom.current()
                .ints(4_000_000, 32, 0x2000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            List<Row> rows = List.of(row("ch_0", 1, "short", false), row("ch_1", 2, noise, false));
            assertThatThrownBy(() -> session.write(table, new Batch(rows, 2)))
                    .isInstanceOfSatisfying(
                            DestinationException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.ROWS));
            session.write(table, new Batch(List.of(rows.getFirst()), 2));
        }
        assertThat(records()).extracting(ConsumerRecord::key).containsExactly("ch_0");
    }

    private void write(DestinationSession session, long after) {
        List<Row> rows = IntStream.range(0, MANY)
                .mapToObj(i -> row("ch_" + i, after + 1 + i, "note", false))
                .toList();
        try {
            session.write(table, new Batch(rows, after + MANY));
        } catch (DestinationException e) {
            assertThat(e.reason()).isEqualTo(Reason.TRANSIENT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ConsumerRecord<String, String>> records() {
        return Reader.records(SERVER, Topics.name("kit.", table));
    }

    private static Row row(String key, long change, String note, boolean deleted) {
        return Row.of(Arrays.asList("1", key, note), change, deleted);
    }

    private static DestinationSession connect() throws Exception {
        return new KafkaDestination()
                .connect(Place.of(SERVER.url(), SocketFactory.getDefault(), Duration.ofSeconds(30)));
    }
}
