package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.DestinationConformance;
import dev.webhookdb.testkit.destination.Feature;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

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
        return EnumSet.of(Feature.PASSWORDS);
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
        Map<String, String> row = new HashMap<>();
        row.put(
                DestinationTable.CHANGE,
                new String(record.headers().lastHeader("webhookdb-change").value(), StandardCharsets.UTF_8));
        String json = record.value();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                row.put(name, value(table.columns().get(table.index(name)).type(), parser, json));
            }
        }
        return row;
    }

    /** Returns a value in the form of the source. */
    private static String value(Column.Type type, JsonParser parser, String json) {
        JsonToken token = parser.nextToken();
        if (type == Column.Type.JSON) {
            return raw(parser, json, token);
        }
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (type) {
            case TEXT, INTEGER, BIGINT, NUMERIC, BOOLEAN, DATE, JSON -> parser.getString();
            case TIMESTAMP -> parser.getString().replace('T', ' ').replaceAll("Z$", "+00");
            case TEXT_ARRAY -> array(parser);
        };
    }

    private static String raw(JsonParser parser, String json, JsonToken token) {
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        String raw = json.substring(begin, end);
        return token == JsonToken.VALUE_NULL ? null : raw;
    }

    private static String array(JsonParser parser) {
        List<String> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(
                    token == JsonToken.VALUE_NULL
                            ? "NULL"
                            : "\"" + parser.getString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        return "{" + String.join(",", elements) + "}";
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
