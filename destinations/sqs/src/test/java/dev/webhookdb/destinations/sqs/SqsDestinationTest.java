package dev.webhookdb.destinations.sqs;

import dev.webhookdb.destinations.sqs.Reader.Received;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.DestinationConformance;
import dev.webhookdb.testkit.destination.Feature;
import dev.webhookdb.testkit.destination.JsonRow;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** SQS does what every destination must do that is no table. */
class SqsDestinationTest extends DestinationConformance {
    private static final ElasticMq SERVER = ElasticMq.shared();
    private static final String QUEUE = "kit.fifo";
    private static final List<Received> TAKEN = new ArrayList<>();

    private static Front front;

    @BeforeAll
    static void makeQueue() throws IOException {
        SERVER.make(QUEUE);
        front = new Front(SERVER);
    }

    @AfterAll
    static void close() {
        front.close();
    }

    @Override
    protected Destination destination() {
        return new SqsDestination();
    }

    @Override
    protected URI url() {
        return front.url(QUEUE);
    }

    @Override
    protected Set<Feature> features() {
        return EnumSet.of(Feature.PASSWORDS);
    }

    @Override
    protected Optional<String> schema() {
        return Optional.of("Kit's Schema");
    }

    @Override
    protected List<URI> nonsense() {
        return List.of(
                URI.create("sqs://key:s3cr3t@one,two/1/a.fifo"),
                URI.create("sqs://s3cr3t@sqs.eu-central-1.amazonaws.com/123456789012/a.fifo"),
                URI.create("sqs://key:s3cr3t@sqs.eu-central-1.amazonaws.com"),
                URI.create("sqs://key:s3cr3t@sqs.eu-central-1.amazonaws.com/123456789012/standard"),
                URI.create("sqs://key:s3cr3t@sqs.eu-central-1.amazonaws.com/123456789012/two%20words.fifo"),
                URI.create("sqs://ASIAKEY:s3cr3t@sqs.eu-central-1.amazonaws.com/123456789012/a.fifo"),
                URI.create("sqs://key:s3cr3t@host/1/a.fifo?tls=perhaps"),
                URI.create("sqs://key:s3cr3t@host/1/a.fifo?region=Europe"),
                URI.create("sqs://key:s3cr3t@host/1/a.fifo?profile=operator"),
                URI.create("sqs://key:pass#s3cr3t@host/1/a.fifo"));
    }

    /** The state of each row with the greatest change, which is the last one that comes. */
    @Override
    protected List<Map<String, String>> rows(DestinationTable table) {
        TAKEN.addAll(Reader.take(SERVER, QUEUE));
        Map<String, Map<String, String>> rows = new HashMap<>();
        TAKEN.stream().filter(message -> isOf(table, message)).forEach(message -> {
            String body = message.body();
            String row = body.substring(body.indexOf(",\"row\":{") + 7, body.length() - 1);
            Map<String, String> read = JsonRow.read(table, row);
            read.put(DestinationTable.CHANGE, Long.toString(message.change()));
            rows.put(message.text("key"), read);
        });
        return List.copyOf(rows.values());
    }

    private static boolean isOf(DestinationTable table, Received message) {
        return message.text("table").equals(table.name())
                && message.field("schema").equals(table.schema().map(Json.Str::new));
    }

    @Override
    protected void remove(DestinationTable table) {
        TAKEN.addAll(Reader.take(SERVER, QUEUE));
        TAKEN.removeIf(message -> isOf(table, message));
    }
}
