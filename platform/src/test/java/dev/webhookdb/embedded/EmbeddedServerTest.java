package dev.webhookdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Pool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedServerTest {
    private static final Duration TAKEOVER = Duration.ofSeconds(10);

    private Path directory;

    @BeforeEach
    void createDirectory() throws IOException {
        directory = Files.createTempDirectory("webhookdb-embedded-");
    }

    @AfterEach
    void removeDirectory() throws IOException {
        Path data = data();
        for (ProcessHandle process : Postmaster.stragglers(data)) {
            process.destroyForcibly();
        }
        await().until(() -> Postmaster.stragglers(data).isEmpty());
        EmbeddedBinaries.delete(directory);
    }

    @Test
    void it_is_durable_and_asks_for_a_password_that_only_its_owner_can_read() throws IOException {
        try (EmbeddedServer server = start();
                Database database = database(server)) {
            assertThat(setting(database, "fsync")).isEqualTo("on");
            assertThat(setting(database, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(database, "full_page_writes")).isEqualTo("on");
            assertThat(setting(database, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(Files.readString(data().resolve("pg_hba.conf"))).doesNotContain("trust\n");
            assertThat(Files.getPosixFilePermissions(data().resolveSibling("password")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(Postmaster.stragglers(data())).isEmpty();
    }

    @Test
    void a_restart_keeps_the_data_and_the_port() {
        int port;
        try (EmbeddedServer server = start()) {
            port = server.address().port();
            write(server);
        }

        try (EmbeddedServer server = start()) {
            assertThat(server.address().port()).isEqualTo(port);
            assertThat(read(server)).isEqualTo(1);
        }
    }

    @Test
    void it_comes_back_by_itself_when_it_is_killed() {
        try (EmbeddedServer server = start();
                Database database = database(server)) {
            write(server);
            long killed = kill();

            await().atMost(TAKEOVER)
                    .until(() -> database.available()
                            && Postmaster.find(data())
                                    .filter(found -> found.pid() != killed)
                                    .isPresent());
            assertThat(read(server)).isEqualTo(1);
        }
    }

    @Test
    void a_lock_file_that_a_crash_left_is_no_obstacle() throws IOException {
        String lock;
        try (EmbeddedServer server = start()) {
            write(server);
            lock = Files.readString(data().resolve("postmaster.pid"));
        }
        Files.writeString(data().resolve("postmaster.pid"), lock);

        try (EmbeddedServer server = start()) {
            assertThat(read(server)).isEqualTo(1);
        }
    }

    @Test
    void a_process_that_is_not_ours_is_not_killed_though_the_lock_file_names_it() throws IOException {
        start().close();
        Process foreign = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(data().resolve("postmaster.pid"), "%d\n%s\n0\n0\n".formatted(foreign.pid(), data()));

            try (EmbeddedServer server = start()) {
                write(server);
            }
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void a_server_that_a_killed_host_left_running_is_taken_over() throws IOException {
        Process host = host(Map.of());
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(directory.resolve("started")));
        long orphan = Postmaster.find(data()).orElseThrow().pid();
        host.destroyForcibly().onExit().join();
        assertThat(ProcessHandle.of(orphan)).isPresent();

        long begin = System.nanoTime();
        try (EmbeddedServer server = start()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TAKEOVER);
            assertThat(read(server)).isEqualTo(1);
        }
        assertThat(Postmaster.stragglers(data())).isEmpty();
    }

    @Test
    void a_second_host_is_refused() {
        try (EmbeddedServer first = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("Another webhookdb uses the data directory");
            write(first);
        }
    }

    @Test
    void a_directory_that_cannot_be_written_is_named() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> EmbeddedServer.start(file))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("The data directory " + file + " cannot be written");
    }

    @Test
    void data_of_another_version_are_refused_and_left_alone() throws IOException {
        start().close();
        Files.writeString(data().resolve("PG_VERSION"), "12\n");

        assertThatThrownBy(this::start)
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("were written by PostgreSQL 12, and this webhookdb brings PostgreSQL 18");
    }

    /** As root; as anybody else there is nothing to fall back to, and the server starts as on any day. */
    @Test
    void without_user_namespaces_an_unprivileged_account_runs_it() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path forbidden = Files.createDirectory(directory.resolve("bin")).resolve("unshare");
        Files.writeString(forbidden, "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(forbidden, PosixFilePermissions.fromString("rwxr-xr-x"));

        Process host = host(Map.of("PATH", forbidden.getParent() + ":" + System.getenv("PATH")));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !host.isAlive() || Files.exists(directory.resolve("started")));
        assertThat(directory.resolve("started")).exists();
        assertThat((Integer) Files.getAttribute(data(), "unix:uid")).isNotZero();
        host.destroyForcibly().onExit().join();

        try (EmbeddedServer server = start()) {
            assertThat(read(server)).isEqualTo(1);
        }
        try (EmbeddedServer server = start()) {
            assertThat(read(server)).isEqualTo(1);
        }
    }

    /** The host of the tests above: starts the server, writes a row, and waits to be killed. */
    static final class Host {
        private Host() {}

        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            EmbeddedServer server = EmbeddedServer.start(directory, TestServer.embedded(Map.of()));
            write(server);
            Files.createFile(directory.resolve("started"));
            System.in.read();
        }
    }

    private Process host(Map<String, String> environment) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Host.class.getName(),
                directory.toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(directory.toFile(), "host.log"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private EmbeddedServer start() {
        return EmbeddedServer.start(directory, TestServer.embedded(Map.of()));
    }

    private Path data() {
        return directory.resolve("postgres").resolve("data");
    }

    private long kill() {
        long pid = Postmaster.find(data()).orElseThrow().pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        return pid;
    }

    private static Database database(EmbeddedServer server) {
        return new Database(new Pool(server.address(), 2, 0));
    }

    private static void write(EmbeddedServer server) {
        try (Database database = database(server)) {
            database.run(session -> {
                session.sql("create table if not exists kept (id bigint)").execute();
                session.sql("insert into kept values (1)").execute();
            });
        }
    }

    private static long read(EmbeddedServer server) {
        try (Database database = database(server)) {
            return database.transaction(
                    session -> session.sql("select count(*) as n from kept").one(row -> row.number("n")));
        }
    }

    private static String setting(Database database, String name) {
        return database.transaction(session -> session.sql("select current_setting(:name) as v")
                .bind("name", name)
                .one(row -> row.text("v")));
    }
}
