package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Server.Charges;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An organization moves into a database of its own, and the host is killed in the middle, again and again. */
class MoveCrashIT {
    private static final Duration FIRST_START = Duration.ofSeconds(60);
    private static final Duration TAKE_OVER = Duration.ofSeconds(60);

    /** What a dead host held, a move or deliveries, is taken up 15 s later, and the machine may be busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** So many that copying them takes a while. */
    private static final int OLD_ROWS = 40_000;

    private static final String OWNER = "mover";
    private static final String READER = "mover_reader";
    private static final String PASSWORD = "moving";

    private Server server;

    @BeforeEach
    void start() {
        server = new Server(Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.1"));
        server.start(FIRST_START);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void a_host_that_is_killed_while_it_copies_and_again_behind_the_closed_door_moves_every_row() throws SQLException {
        Charges charges = server.createCharges("Moving");
        String old = fill(charges);
        String destination = bring();

        Load load = Load.on(charges.endpoint());
        try (load;
                Connection platform = server.administrator("webhookdb");
                Statement obstacle = platform.createStatement()) {
            // the record of where the organization is cannot change, so that the move stops before its last step
            platform.setAutoCommit(false);
            obstacle.execute("lock table organization_database in share mode");
            server.done(
                    "db",
                    "migrations",
                    "start",
                    "--admin-url",
                    url(OWNER, destination),
                    "--readonly-url",
                    url(READER, destination));
            awaitTrue("rows are being copied", "webhookdb", "select rows > 0 from database_migration");
            server.kill();
            assertThat(ask("webhookdb", "select state from database_migration")).isEqualTo("in_progress");

            server.start(TAKE_OVER);
            awaitTrue(
                    "nobody may write any more in the old database",
                    old,
                    "select exists (select from pg_trigger where tgname = 'webhookdb_moved')");
            server.kill();
            platform.rollback();

            server.start(TAKE_OVER);
            awaitTrue("the move is finished", "webhookdb", "select state = 'finished' from database_migration");
            int enough = load.count() + 50;
            await("webhooks are taken").atMost(PATIENCE).until(() -> load.count() >= enough);
        }

        assertThat(server.done("db", "connection").out()).contains("/" + destination);
        Set<String> expected = new HashSet<>(load.acknowledged());
        for (int i = 0; i < OLD_ROWS; i++) {
            expected.add("ch_old_" + i);
        }
        server.awaitIds(charges, expected, PATIENCE);
        assertThat(ask(destination, "select count(*) = count(distinct pk) from " + charges.table()))
                .isEqualTo("t");
        assertThat(ask(
                        destination,
                        "select (select count(*) from webhookdb.mover) + (select count(*) from webhookdb.moving)"))
                .isEqualTo("0");
    }

    /** Rows that have been there for a while; returns the name of the organization's database. */
    private String fill(Charges charges) throws SQLException {
        String database = ask("webhookdb", "select database_name from organization_database");
        try (Connection connection = server.administrator(database);
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into %s (stripe_id, data, _as_of, _rank, _seen, _change)
                    select 'ch_old_' || number, jsonb_build_object('id', 'ch_old_' || number), now() - interval '1 day', 1, '{}',
                           nextval('webhookdb.changes')
                      from generate_series(0, %d - 1) as number""".formatted(charges.table(), OLD_ROWS));
        }
        return database;
    }

    /** The organization's own database, as the operator's guide says. */
    private String bring() throws SQLException {
        String database = "moved";
        try (Connection connection = server.administrator("webhookdb");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(OWNER, PASSWORD));
            statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(READER, PASSWORD));
            statement.execute(
                    "CREATE DATABASE %s OWNER %s ENCODING 'UTF8' TEMPLATE template0".formatted(database, OWNER));
        }
        return database;
    }

    private String url(String role, String database) {
        return "postgresql://%s:%s@127.0.0.1:%d/%s"
                .formatted(role, PASSWORD, server.postgres().port(), database);
    }

    private void awaitTrue(String what, String database, String question) throws SQLException {
        try {
            await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> "t".equals(ask(database, question)));
        } catch (ConditionTimeoutException e) {
            String record = ask("webhookdb", """
                    select string_agg(concat_ws(' ', state, rows, 'deaths', deaths, 'due', due_at - now(), reason), '; ')
                      from database_migration""");
            String waiting = ask("webhookdb", """
                    select string_agg(concat_ws(' ', datname, pid, now() - xact_start, wait_event, left(query, 80)), chr(10))
                      from pg_stat_activity where wait_event_type = 'Lock'""");
            throw new AssertionError(
                    "Not yet: %s. The migration: %s. Who waits: %s. %s"
                            .formatted(what, record, waiting, server.lastWords()),
                    e);
        }
    }

    private String ask(String database, String question) throws SQLException {
        try (Connection connection = server.administrator(database);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return answer.getString(1);
        }
    }
}
