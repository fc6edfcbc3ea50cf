package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventTypesTest {
    @TempDir
    private Path directory;

    @Test
    void accounts_come_first_and_then_three_for_each_service() {
        TestConnector.named("one").writeTo(directory.resolve("one.jar"));
        try (ConnectorRegistry connectors = ConnectorRegistry.open(directory)) {
            List<EventType> all = new EventTypes(connectors).all();

            assertThat(all).first().extracting(EventType::name).isEqualTo("user.created");
            assertThat(all)
                    .filteredOn(EventType::isRowEvent)
                    .extracting(EventType::name)
                    .containsExactly("one_thing_v1.created", "one_thing_v1.updated", "one_thing_v1.deleted");
            assertThat(all).extracting(EventType::group).contains("team.member", "one_thing_v1");
            assertThat(all).extracting(EventType::name).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_schema_says_what_an_event_of_a_row_and_one_of_an_account_are() {
        TestConnector.named("one").writeTo(directory.resolve("one.jar"));
        try (ConnectorRegistry connectors = ConnectorRegistry.open(directory)) {
            EventTypes types = new EventTypes(connectors);
            Json row = EventTypes.schema(types.find("one_thing_v1.updated").orElseThrow());
            Json account = EventTypes.schema(types.find("user.created").orElseThrow());

            assertThat(row.text("$schema")).contains("https://json-schema.org/draft/2020-12/schema");
            assertThat(row.text("properties", "type", "const")).contains("one_thing_v1.updated");
            assertThat(row.text("properties", "external_id_column", "const")).contains("id");
            assertThat(row.at("properties", "row", "properties", "updated")).isInstanceOf(Json.Obj.class);
            assertThat(row.at("properties", "changes", "required")).isInstanceOf(Json.Null.class);
            assertThat(row.items("required"))
                    .noneMatch(name -> name.text().orElse("").equals("row"));
            assertThat(account.at("properties", "data")).isInstanceOf(Json.Obj.class);
            assertThat(JsonWriter.write(account)).doesNotContain("service_name");
        }
    }
}
