package dev.webhookdb.destinations.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Start;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import javax.net.SocketFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster that loses a node while it is written to. */
class KafkaClusterTest {
    private static final int ROWS = 100;
    private static final long BEFORE = 1_000;
    private static final long LAST = 5_000;

    private final DestinationTable table = DestinationTable.of(
            "syt_cluster",
            Optional.empty(),
            "charge",
            "charge_id",
            List.of(
                    new DestinationColumn("charge_id", Column.Type.TEXT),
                    new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));

    @Test
    @Timeout(180)
    void nothingThatWasAcknowledgedIsLostOrThereTwiceWhenTheNodeThatLeadsIsKilled() throws Exception {
        try (KafkaServer cluster = KafkaServer.of(3)) {
            long acknowledged = written(cluster, 0, BEFORE);
            cluster.kill(leader(cluster));

            while (acknowledged < LAST) {
                acknowledged = written(cluster, acknowledged, LAST);
            }

            assertThat(Reader.records(cluster, Topics.name("kit.", table)))
                    .extracting(KafkaClusterTest::change)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, LAST).boxed().toList());
        }
    }

    /** Writes what comes after a position, as long as it is acknowledged; returns how far, by what the cluster itself says. */
    private long written(KafkaServer cluster, long after, long last) throws InterruptedException {
        long acknowledged = after;
        try (DestinationSession session = connect(cluster)) {
            long position = session.open(table, Start.at(0)).position().orElseThrow();
            assertThat(position).isBetween(acknowledged, acknowledged + ROWS);
            acknowledged = position;
            while (acknowledged < last) {
                session.write(table, batch(acknowledged));
                acknowledged += ROWS;
            }
        } catch (DestinationException e) {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.TRANSIENT);
        }
        return acknowledged;
    }

    private static DestinationSession connect(KafkaServer cluster) throws DestinationException, InterruptedException {
        return new KafkaDestination()
                .connect(Place.of(cluster.url(), SocketFactory.getDefault(), Duration.ofSeconds(10)));
    }

    private static Batch batch(long after) {
        return new Batch(
                LongStream.rangeClosed(after + 1, after + ROWS)
                        .mapToObj(change -> Row.of(List.of("ch_" + change), change, false))
                        .toList(),
                after + ROWS);
    }

    private static long change(ConsumerRecord<String, String> record) {
        return Long.parseLong(
                new String(record.headers().lastHeader("webhookdb-change").value(), StandardCharsets.UTF_8));
    }

    private int leader(KafkaServer cluster) throws ExecutionException, InterruptedException {
        String topic = Topics.name("kit.", table);
        try (Admin admin = Admin.create(cluster.settings())) {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .getFirst()
                    .leader()
                    .port();
        }
    }
}
