package dev.webhookdb.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All checks together. */
class DoctorTest {
    @TempDir
    private Path directory;

    @Test
    void what_is_wrong_with_the_configuration_is_told_at_once_and_alone() throws Exception {
        Path file = Files.writeString(
                directory.resolve("webhookdb.yaml"), "server: {prot: 1}\ndatabase: {password: a-secret-password}\n");

        Diagnosis diagnosis = Doctor.examine(Optional.of(file), Map.of(), directory);

        assertThat(diagnosis.findings())
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.check()).isEqualTo("configuration"))
                .allSatisfy(one -> assertThat(one.status()).isEqualTo(Status.PROBLEM));
        assertThat(diagnosis.text())
                .contains("server.prot", "perhaps server.port")
                .doesNotContain("a-secret-password");
        assertThat(diagnosis.exitStatus()).isEqualTo(1);
    }

    @Test
    void before_the_first_start_nothing_is_made() throws Exception {
        Path data = directory.resolve("data");

        Diagnosis diagnosis =
                Doctor.examine(Optional.empty(), environment(Map.of("WEBHOOKDB_DATA_DIR", data.toString())), directory);

        assertThat(data).doesNotExist();
        assertThat(status(diagnosis, "database")).isEqualTo(Status.SKIPPED);
        assertThat(status(diagnosis, "data_directory")).isEqualTo(Status.OK);
        assertThat(status(diagnosis, "encryption_key")).isEqualTo(Status.SKIPPED);
    }

    @Test
    void a_database_that_is_away_is_a_problem_and_the_rest_is_still_checked() throws Exception {
        Diagnosis diagnosis = Doctor.examine(
                Optional.empty(),
                environment(Map.of(
                        "WEBHOOKDB_DATA_DIR",
                        directory.toString(),
                        "WEBHOOKDB_DATABASE_URL",
                        "postgresql://webhookdb:a-secret-password@127.0.0.1:1/webhookdb")),
                directory);

        assertThat(status(diagnosis, "database")).isEqualTo(Status.PROBLEM);
        assertThat(status(diagnosis, "organizations")).isEqualTo(Status.SKIPPED);
        assertThat(status(diagnosis, "secret_files")).isEqualTo(Status.OK);
        assertThat(diagnosis.text() + diagnosis.json()).doesNotContain("a-secret-password");
        assertThat(diagnosis.exitStatus()).isEqualTo(1);
    }

    @Test
    void a_database_that_takes_connections_and_says_nothing_is_given_up() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Diagnosis diagnosis = Doctor.examine(
                    Optional.empty(),
                    environment(Map.of(
                            "WEBHOOKDB_DATA_DIR", directory.toString(),
                            "WEBHOOKDB_DATABASE_URL",
                                    "postgresql://webhookdb@127.0.0.1:%d/webhookdb".formatted(silent.getLocalPort()))),
                    directory);

            assertThat(status(diagnosis, "database")).isEqualTo(Status.PROBLEM);
        }
    }

    @Test
    void a_database_that_answers_is_looked_at_and_left_as_it_is() throws Exception {
        ServerAddress address = TestPostgres.platformAddress();

        Diagnosis diagnosis = Doctor.examine(
                Optional.empty(),
                environment(Map.of(
                        "WEBHOOKDB_DATA_DIR", directory.toString(),
                        "WEBHOOKDB_DATABASE_URL",
                                "postgresql://%s:%d/%s".formatted(address.host(), address.port(), address.database()),
                        "WEBHOOKDB_DATABASE_USERNAME", address.username(),
                        "WEBHOOKDB_DATABASE_PASSWORD", address.password().reveal())),
                directory);

        assertThat(status(diagnosis, "database")).isEqualTo(Status.OK);
        assertThat(status(diagnosis, "schema")).isEqualTo(Status.OK);
        assertThat(status(diagnosis, "clock")).isEqualTo(Status.OK);
        assertThat(status(diagnosis, "integrations")).isEqualTo(Status.OK);
        assertThat(status(diagnosis, "backlog")).isEqualTo(Status.OK);
        assertThat(directory.resolve("encryption-key.json")).doesNotExist();
    }

    /** Nobody listens on port 1. */
    private static Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("WEBHOOKDB_SERVER_PORT", "1");
        return environment;
    }

    private static Status status(Diagnosis diagnosis, String check) {
        return diagnosis.findings().stream()
                .filter(one -> one.check().equals(check))
                .map(Finding::status)
                .max(Status::compareTo)
                .orElseThrow(() -> new AssertionError(check + " is missing"));
    }
}
