package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Server.Charges;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With {@code ingest.journal: on}, a host that starts while PostgreSQL does not run takes webhooks, and loses none when it is killed. */
class StartWithoutDatabaseIT {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration STORED = Duration.ofSeconds(60);

    /** 128 and SIGTERM. */
    private static final int STOPPED = 143;

    private final List<Server> hosts = new ArrayList<>();
    private Server database;
    private Server host;
    private Charges charges;

    /** One host has PostgreSQL, and another the journal. */
    @BeforeEach
    void start() throws IOException {
        database = new Server(Map.of("WEBHOOKDB_START_CACHE", "off"));
        hosts.add(database);
        database.start(START);
        host = new Server(Map.of(
                "WEBHOOKDB_INGEST_JOURNAL",
                "on",
                "WEBHOOKDB_START_CACHE",
                "off",
                "WEBHOOKDB_DATABASE_URL",
                database.administratorUrl("webhookdb"),
                "WEBHOOKDB_ENCRYPTION_KEY",
                Base64.getEncoder()
                        .encodeToString(Files.readAllBytes(database.data().resolve("encryption-key.json")))));
        hosts.add(host);
        host.start(START);
        charges = host.createCharges("Early");
    }

    @AfterEach
    void end() {
        hosts.reversed().forEach(Server::close);
    }

    @Test
    void what_a_host_acknowledged_is_stored_though_it_was_killed_and_stopped_before_postgresql_ran()
            throws IOException, InterruptedException {
        sealAnew();
        host.kill();
        Path elsewhere = database.killPostgresForAWhile();
        host.start(START);

        Load load = Load.on(charges.endpoint());
        try (load) {
            awaitMore(load, 300);
            host.kill();
            host.start(START);
            awaitMore(load, 100);
            assertThat(host.stop(SOON)).isEqualTo(STOPPED);
            assertThat(host.output()).contains("Stopping", "Stopped");
            host.start(START);
            awaitMore(load, 100);
            assertThat(load.others()).isEmpty();

            Files.move(elsewhere, database.postgres().data());
            await("the database takes webhooks again")
                    .atMost(START)
                    .until(() -> host.output().contains("The database takes webhooks again"));
            awaitMore(load, 50);
        }

        assertThat(load.others()).isEmpty();
        host.awaitIds(charges, load.acknowledged(), STORED);
        assertThat(host.run("doctor").out())
                .as("the auditor misses nothing, and counted nothing twice")
                .containsPattern("ok +lost_webhooks ")
                .containsPattern("ok +journal ");
        assertThat(sealed()).content(StandardCharsets.ISO_8859_1).doesNotContain(Server.SECRET);
    }

    /** A start reads endpoints before anything else can change them. */
    private void sealAnew() throws IOException, InterruptedException {
        host.stop(SOON);
        Files.delete(sealed());
        host.start(START);
        await("endpoints are sealed").atMost(SOON).until(() -> Files.exists(sealed()));
    }

    private Path sealed() {
        return host.data().resolve("journal/endpoints.sealed");
    }

    private static void awaitMore(Load load, int more) {
        int enough = load.count() + more;
        await("webhooks are acknowledged")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> load.count() >= enough);
    }
}
