package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and types of columns are a contract: a release that breaks it is refused, with what to do. */
class PromisedColumnsTest {
    private static final String PROMISED =
            ".key(text(\"id\")).columns(timestamp(\"updated\").asOf(), integer(\"size\"))";

    @TempDir
    private Path directory;

    private RunningHost host;

    @BeforeEach
    void start() {
        install("1.0.0", PROMISED);
        host = RunningHost.start(directory, Map.of());
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void another_key_is_refused() {
        host.integrateOpen("promised", "fixture_thing_v1");

        restartWith(".key(text(\"other_id\")).columns(timestamp(\"updated\").asOf(), integer(\"size\"))");

        assertRefused("The key of the service 'fixture_thing_v1' is 'id' in the tables that exist");
    }

    @Test
    void another_type_of_a_column_is_refused() {
        host.integrateOpen("promised", "fixture_thing_v1");

        restartWith(".key(text(\"id\")).columns(timestamp(\"updated\").asOf(), text(\"size\"))");

        assertRefused("The column 'size' of the service 'fixture_thing_v1' is INTEGER in the tables that exist");
    }

    @Test
    void new_columns_and_the_release_before_them_are_welcome() {
        host.integrateOpen("promised", "fixture_thing_v1");

        restartWith(PROMISED + ".columns(text(\"more\"))");
        assertThat(fixture().text("state")).contains("ready");

        restartWith(PROMISED);
        assertThat(fixture().text("state")).contains("ready");

        restartWith(PROMISED + ".columns(bool(\"more\"))");
        assertRefused("The column 'more' of the service 'fixture_thing_v1' is TEXT");
    }

    @Test
    void a_wider_whole_number_and_the_release_before_it_are_welcome() {
        host.integrateOpen("promised", "fixture_thing_v1");

        restartWith(PROMISED.replace("integer", "bigint"));
        assertThat(fixture().text("state")).contains("ready");

        restartWith(PROMISED);
        assertThat(fixture().text("state")).contains("ready");
    }

    @Test
    void as_long_as_nobody_has_a_table_nothing_is_promised() {
        restartWith(".key(text(\"other_id\")).columns(timestamp(\"updated\").asOf(), text(\"size\"))");

        assertThat(fixture().text("state")).contains("ready");
    }

    private void assertRefused(String problem) {
        assertThat(fixture().text("state")).contains("refused");
        assertThat(fixture().text("problem").orElseThrow()).startsWith(problem);
        assertThat(fixture().text("remedy").orElseThrow()).contains("fixture_thing_v2");
    }

    private Json fixture() {
        return host.operator("GET", "/connectors", "").json().items("items").stream()
                .filter(one -> one.text("path").orElse("").endsWith("fixture.jar"))
                .findFirst()
                .orElseThrow();
    }

    private void restartWith(String declaration) {
        host.stop();
        install("1.0.1", declaration);
        host.start();
    }

    private void install(String version, String declaration) {
        TestConnector.named("fixture")
                .manifest("Connector-Version", version)
                .resources("""
                        return List.of(Resource.named("fixture_thing_v1", "Thing")%s.orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""".formatted(declaration))
                .writeTo(directory.resolve("connectors/fixture.jar"));
    }
}
