package dev.webhookdb.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Foreground;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformDatabaseTest {
    @Test
    void it_is_migrated_and_opens_quickly_the_second_time() {
        ServerAddress address = TestPostgres.freshAddress();
        open(address).close();

        long begin = System.nanoTime();
        try (PlatformDatabase platform = open(address)) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(1500));
            assertThat(platform.servers()).containsExactly(DatabaseServer.of(address));
            long organizations = platform.database()
                    .transaction(session -> session.sql("select count(*) as n from organization")
                            .one(row -> row.number("n")));
            assertThat(organizations).isZero();
        }
    }

    @Test
    void without_a_configured_database_one_is_embedded_and_kept(@TempDir Path directory) {
        Configuration configuration = ConfigurationLoader.load(
                Optional.empty(), Map.of("WEBHOOKDB_DATA_DIR", directory.toString()), directory);
        try (PlatformDatabase platform = PlatformDatabase.open(configuration)) {
            platform.database()
                    .run(session -> session.sql("insert into organization (key, name) values ('a', 'A')")
                            .execute());
            assertThat(platform.servers()).extracting(DatabaseServer::name).containsExactly("embedded");
        }

        try (PlatformDatabase platform = PlatformDatabase.open(configuration)) {
            String name = platform.database()
                    .transaction(session ->
                            session.sql("select name from organization").one(row -> row.text("name")));
            assertThat(name).isEqualTo("A");
        }
    }

    @Test
    void a_wrong_password_is_told_with_the_key_to_correct() {
        ServerAddress server = TestPostgres.server();
        refuses(
                server.withUser(server.username(), new Password("wrong")),
                "refuses the user \"%s\": correct the user name or the password in database.url"
                        .formatted(server.username()));
    }

    @Test
    void a_database_that_is_not_there_is_told_with_how_to_create_it() {
        refuses(TestPostgres.server().withDatabase("nowhere"), "There is no database \"nowhere\" at ");
    }

    @Test
    void a_server_that_is_not_there_is_told() throws IOException {
        int port = unusedPort();
        refuses(
                ServerAddress.of("127.0.0.1", port, "x", "y", new Password("z")),
                "PostgreSQL at 127.0.0.1:%d cannot be reached: start it".formatted(port));
    }

    @Test
    void only_a_server_that_may_answer_later_is_away() throws IOException {
        ServerAddress server = TestPostgres.server();
        assertThat(away(server)).isEmpty();
        assertThat(away(server.withUser(server.username(), new Password("wrong"))))
                .isEmpty();
        assertThat(away(server.withDatabase("nowhere"))).isEmpty();

        assertThat(away(ServerAddress.of("127.0.0.1", unusedPort(), "x", "y", new Password("z"))))
                .isPresent();
        assertThat(away(ServerAddress.of("nobody.invalid", 5432, "x", "y", new Password("z"))))
                .isPresent();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(away(ServerAddress.of("127.0.0.1", silent.getLocalPort(), "x", "y", new Password("z"))))
                    .isPresent();
        }
    }

    private static Optional<DatabaseException> away(ServerAddress address) {
        return PlatformDatabase.away(TestPostgres.configuration(address, List.of()));
    }

    @Test
    void a_server_for_organizations_is_checked_before_anything_is_changed() {
        ServerAddress address = TestPostgres.freshAddress();
        ServerAddress wrong = address.withUser(address.username(), new Password("wrong"));

        assertThatThrownBy(() -> PlatformDatabase.open(TestPostgres.configuration(address, List.of(wrong))))
                .hasMessageContaining("database.servers");
        assertUntouched(address);
    }

    @Test
    void a_server_without_organizations_that_is_not_there_is_told_before_anything_is_changed() throws IOException {
        ServerAddress address = TestPostgres.freshAddress();
        ServerAddress missing = ServerAddress.of("127.0.0.1", unusedPort(), "x", "y", new Password("z"));

        assertThatThrownBy(() -> PlatformDatabase.open(TestPostgres.configuration(address, List.of(missing))))
                .hasMessageContaining("cannot be reached: start it, open its port, or correct database.servers");
        assertUntouched(address);
    }

    @Test
    void a_server_with_organizations_may_be_away() throws IOException {
        ServerAddress address = TestPostgres.freshAddress();
        ServerAddress missing = ServerAddress.of("127.0.0.1", unusedPort(), "x", "y", new Password("z"));
        try (PlatformDatabase first = PlatformDatabase.open(TestPostgres.configuration(address, List.of()))) {
            long organization = TestPostgres.organization(first, "away");
            first.database()
                    .run(session -> session.sql("""
                                    insert into organization_database (organization_id, server, host, port, database_name,
                                      owner_role, owner_secret, reader_role, reader_secret)
                                    values (:organization, 'elsewhere', '127.0.0.1', :port, 'd', 'o', '', 'r', '')""")
                            .bind("organization", organization)
                            .bind("port", missing.port())
                            .execute());
        }

        try (PlatformDatabase again = PlatformDatabase.open(TestPostgres.configuration(address, List.of(missing)))) {
            assertThat(again.servers()).hasSize(1);
        }
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void assertUntouched(ServerAddress address) {
        try (Database untouched = new Database(new Pool(address, 1, 0))) {
            long tables = untouched.transaction(
                    session -> session.sql("select count(*) as n from pg_tables where schemaname = 'public'")
                            .one(row -> row.number("n")));
            assertThat(tables).isZero();
        }
    }

    @Test
    void ingest_has_connections_whatever_everybody_else_does() {
        CountDownLatch held = new CountDownLatch(TestPostgres.PLATFORM_CONNECTIONS);
        CountDownLatch over = new CountDownLatch(1);
        try (PlatformDatabase platform = TestPostgres.platform();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < TestPostgres.PLATFORM_CONNECTIONS; i++) {
                threads.execute(() -> Foreground.run(() -> platform.database().run(session -> {
                    held.countDown();
                    reached(over);
                })));
            }
            reached(held);
            assertThatThrownBy(() -> Foreground.run(() -> platform.database().run(session -> {})))
                    .isInstanceOf(DatabaseException.class);
            long one = platform.ingest()
                    .transaction(session -> session.sql("select 1 as one").one(row -> row.number("one")));
            assertThat(one).isEqualTo(1);
            over.countDown();
        }
    }

    private static void reached(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_database_that_cannot_hold_every_text_is_refused_with_how_to_create_one() {
        ServerAddress address =
                TestPostgres.freshAddress("encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0");

        refuses(
                address,
                "has the encoding SQL_ASCII, which cannot hold every webhook: create one with ENCODING 'UTF8'");
    }

    @Test
    void a_server_that_is_too_old_is_refused() {
        assertThatThrownBy(() -> ServerCheck.refuseOld(13, "db:5432"))
                .hasMessage("The server at db:5432 is PostgreSQL 13, and webhookdb needs PostgreSQL 14 or newer: "
                        + "upgrade it, or configure another server.");
    }

    @Test
    void tables_of_a_newer_version_are_refused() {
        ServerAddress address = TestPostgres.freshAddress();
        try (PlatformDatabase platform = open(address)) {
            platform.database().run(session -> session.sql("""
                    insert into schema_history
                           (installed_rank, version, description, type, script, checksum, installed_by,
                            execution_time, success)
                    values (9999, '9999', 'later', 'SQL', 'V9999__later.sql', 1, current_user, 1, true)
                    """).execute());
        }

        refuses(address, "was migrated by a newer webhookdb (its tables are at version 9999)");
    }

    private static PlatformDatabase open(ServerAddress address) {
        return PlatformDatabase.open(TestPostgres.configuration(address, List.of()));
    }

    private static void refuses(ServerAddress address, String sentence) {
        assertThatThrownBy(() -> open(address).close())
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining(sentence);
    }
}
