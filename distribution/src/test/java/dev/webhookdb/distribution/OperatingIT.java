package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Installation.Run;
import dev.webhookdb.distribution.Server.Charges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host of the tarball in operation: connectors that come while it runs, the command line client, and an orderly stop. */
class OperatingIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration APPLIED = Duration.ofSeconds(45);
    private static final int KILLED_BY_SIGTERM = 143;

    private final Path connectors = Installation.temporaryDirectory();
    private Server server;

    @BeforeEach
    void start() {
        server = new Server(Map.of("WEBHOOKDB_CONNECTORS_DIR", connectors.toString()));
        server.start(START);
    }

    @AfterEach
    void end() {
        server.close();
        Installation.delete(connectors);
    }

    @Test
    void a_connector_that_is_dropped_in_serves_the_main_job() throws IOException {
        assertThat(server.status("/healthz")).isEqualTo(200);
        assertThat(server.done("connectors", "list", "--format", "csv").cells()).isEmpty();

        drop();
        Charges charges = server.createCharges("My company");
        Load load = Load.on(charges.endpoint());
        try (load) {
            await().until(() -> load.count() >= 20);
        }
        server.awaitIds(charges, load.acknowledged(), APPLIED);

        assertThat(server.done("org", "list", "--format", "csv").out()).contains("My company,my_company");
        assertThat(server.done("integrations", "list", "--org", "my_company").out())
                .contains("stripe_charge_v1", charges.table());
        await().untilAsserted(() -> assertThat(server.done(
                                "logs", "--org", "my_company", "--state", "done", "--limit", "1000", "--format", "csv")
                        .cells())
                .hasSize(load.count()));
        assertThat(server.done("replay", "--org", "my_company", "--state", "done", "--since", "1h")
                        .out())
                .startsWith("%d webhooks are being replayed.".formatted(load.count()));
        assertRefusals();
    }

    @Test
    void a_host_that_is_stopped_under_load_keeps_every_acknowledged_webhook() throws IOException, InterruptedException {
        drop();
        Charges charges = server.createCharges("Stopped");
        Load load = Load.on(charges.endpoint());
        try (load) {
            await().atMost(START).until(() -> load.count() >= 500);

            assertThat(server.stop(STOP)).isEqualTo(KILLED_BY_SIGTERM);
        }
        assertThat(server.output()).contains("Stopping", "Stopped").doesNotContain("did not stop as it should");
        assertThat(server.postgres().postmaster()).isEmpty();
        assertThat(load.others())
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503));

        server.start(START);
        server.awaitIds(charges, load.acknowledged(), APPLIED);
    }

    private void drop() throws IOException {
        Files.copy(Installation.unpacked().stripe(), connectors.resolve("stripe.jar"));
        await("the connector is listed")
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(server.done("connectors", "list", "--format", "csv")
                                .out())
                        .contains("ready,stripe,"));
    }

    /** What a second host is told, and a client that asks for what is not there. */
    private void assertRefusals() {
        TarballIT.assertSentence(server.run("logs", "--org", "nobody"), 2, "organization 'nobody'");
        Map<String, String> second = new HashMap<>();
        second.put("WEBHOOKDB_DATA_DIR", connectors.resolve("data").toString());
        second.put(
                "WEBHOOKDB_DATABASE_URL",
                "postgresql://127.0.0.1:%d/webhookdb"
                        .formatted(server.postgres().port()));
        second.put("WEBHOOKDB_DATABASE_USERNAME", "webhookdb");
        second.put("WEBHOOKDB_DATABASE_PASSWORD", "a-wrong-password");
        Run run = Installation.unpacked().run(second, "server");
        TarballIT.assertSentence(run, 1, "refuses the user \"webhookdb\"");
        assertThat(run.out() + run.err()).doesNotContain("a-wrong-password");
    }
}
