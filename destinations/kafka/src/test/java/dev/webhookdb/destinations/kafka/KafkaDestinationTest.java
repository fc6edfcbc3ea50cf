package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.DestinationConformance;
import dev.webhookdb.testkit.destination.Feature;
import dev.webhookdb.testkit.destination.JsonRow;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Kafka does what every destination must do that is no table. */
class KafkaDestinationTest extends DestinationConformance {
    private static final KafkaServer SERVER = KafkaServer.shared();

    @Override
    protected Destination destination() {
        return new KafkaDestination();
    }

    @Override
    protected URI url() {
        return SERVER.url();
    }

    @Override
    protected Set<Feature> features() {
        return EnumSet.of(Feature.PASSWORDS, Feature.LARGE_ROWS);
    }

    @Override
    protected Optional<String> schema() {
        return Optional.of("Kit's Schema");
    }

    @Override
    protected List<URI> nonsense() {
        return List.of(
                URI.create("kafka://user:s3cr3t@host:0"),
                URI.create("kafka://user:s3cr3t@one,,two"),
                URI.create("kafka://s3cr3t@host"),
                URI.create("kafka://user:s3cr3t@host/two%20words"),
                URI.create("kafka://user:s3cr3t@host?mechanism=GSSAPI"),
                URI.create("kafka://user:s3cr3t@host?sasl.jaas.config=some.Class"),
                URI.create("kafka://user:s3cr3t@host?tls=perhaps"),
                URI.create("kafka://user:pass#s3cr3t@host"));
    }

    /** The last state of each row, whether or not it says that there is none after it. */
    @Override
    protected List<Map<String, String>> rows(DestinationTable table) {
        Map<String, Map<String, String>> rows = new HashMap<>();
        for (ConsumerRecord<String, String> record : Reader.records(SERVER, Topics.name("kit.", table))) {
            if (record.value() != null) {
                rows.put(record.key(), row(table, record));
            }
        }
        return List.copyOf(rows.values());
    }

    private static Map<String, String> row(DestinationTable table, ConsumerRecord<String, String> record) {
        Map<String, String> row = JsonRow.read(table, record.value());
        row.put(
                DestinationTable.CHANGE,
                new String(record.headers().lastHeader("webhookdb-change").value(), StandardCharsets.UTF_8));
        return row;
    }

    @Override
    protected void remove(DestinationTable table) throws Exception {
        try (Admin admin = Admin.create(SERVER.settings())) {
            admin.deleteTopics(List.of(Topics.name("kit.", table))).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
        }
    }
}
