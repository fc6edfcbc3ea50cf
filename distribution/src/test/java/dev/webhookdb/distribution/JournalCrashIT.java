package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Server.Charges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With {@code ingest.journal: on} under SIGKILL: what was answered with 202 while PostgreSQL was away is in the table in the end. */
class JournalCrashIT {
    private static final Duration FIRST_START = Duration.ofSeconds(60);
    private static final Duration TAKE_OVER = Duration.ofSeconds(60);
    private static final Duration APPLIED = Duration.ofSeconds(45);

    private static Server server;
    private static Charges charges;

    @BeforeAll
    static void start() {
        server = new Server(Map.of("WEBHOOKDB_INGEST_JOURNAL", "on"));
        server.start(FIRST_START);
        charges = server.createCharges("Journal");
    }

    @AfterAll
    static void end() {
        try {
            assertThat(server.run("doctor").out())
                    .as("the auditor misses nothing, and counted nothing twice")
                    .containsPattern("ok +lost_webhooks ")
                    .containsPattern("ok +journal ");
        } finally {
            server.close();
        }
    }

    @Test
    void a_host_that_is_killed_while_it_writes_the_journal_loses_nothing() throws IOException {
        Load load = Load.on(charges.endpoint());
        try (load) {
            awaitMore(load, 50);
            Path elsewhere = server.killPostgresForAWhile();
            awaitMore(load, 300);
            server.kill();
            Files.move(elsewhere, server.postgres().data());
        }
        server.start(TAKE_OVER);

        server.awaitIds(charges, load.acknowledged(), APPLIED);
    }

    @Test
    void a_host_that_is_killed_while_the_journal_is_logged_loses_nothing() throws IOException {
        Load load = Load.on(charges.endpoint());
        try (load) {
            awaitMore(load, 50);
            long before = journals();
            Path elsewhere = server.killPostgresForAWhile();
            awaitMore(load, 1_500);
            Files.move(elsewhere, server.postgres().data());
            await("the journal is being logged")
                    .atMost(TAKE_OVER)
                    .pollInterval(Duration.ofMillis(5))
                    .ignoreExceptions()
                    .until(() -> journals() > before);
            server.kill();
        }
        server.start(TAKE_OVER);

        server.awaitIds(charges, load.acknowledged(), APPLIED);
    }

    private static void awaitMore(Load load, int more) {
        int enough = load.count() + more;
        await("webhooks are acknowledged")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> load.count() >= enough);
    }

    /** How many journals are logged in part or as a whole. */
    private static long journals() {
        try (Connection connection = server.administrator("webhookdb");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from ingest_journal where position > 0")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
