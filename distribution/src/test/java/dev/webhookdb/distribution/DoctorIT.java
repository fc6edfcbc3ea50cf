package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.distribution.Installation.Run;
import dev.webhookdb.distribution.Server.Charges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tarball's {@code webhookdb doctor}, beside its server and without it. */
class DoctorIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);

    private Server server;

    @BeforeEach
    void start() {
        server = new Server(Map.of());
        server.start(START);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void an_installation_is_examined_beside_its_server_and_without_it() throws Exception {
        Charges charges = server.createCharges("Examined");
        assertThat(charges.table()).isNotEmpty();

        Run beside = server.run("doctor");

        // nothing but the address of the test, which no provider reaches
        assertThat(beside.status()).as(beside.out() + beside.err()).isEqualTo(2);
        assertThat(findings(beside, "warning"))
                .allSatisfy(line -> assertThat(line).contains("public-url"));
        assertThat(findings(beside, "problem")).isEmpty();
        assertThat(beside.out())
                .containsPattern("ok +database +PostgreSQL ")
                .containsPattern("ok +encryption_key +The key in .* opens the secrets in the database")
                .containsPattern("ok +organizations +1 organization's database: all answer\\.")
                .containsPattern("ok +integrations +1 integration: each has its connector\\.")
                .containsPattern("ok +server +The server at " + server.url() + " is ready\\.")
                .contains("0 problems, 2 warnings, ");
        assertThat(beside.err()).isEmpty();
        assertNothingSecret(beside);

        assertThat(server.stop(STOP)).isEqualTo(143);
        Run without = server.run("doctor", "--format", "json");

        assertThat(without.status()).as(without.out() + without.err()).isEqualTo(2);
        assertThat(without.out())
                .startsWith("{\"status\":\"warning\",\"counts\":{\"problem\":0,")
                .contains(
                        "{\"check\":\"organizations\",\"status\":\"ok\"",
                        "{\"check\":\"server\",\"status\":\"skipped\"",
                        "Nobody answers at " + server.url())
                .endsWith("]}\n");
        assertThat(server.postgres().postmaster()).isEmpty();
        assertNothingSecret(without);
    }

    @Test
    void another_key_is_a_problem_and_a_mistake_in_the_configuration_is_one() throws IOException {
        server.createCharges("Locked");
        server.kill();
        server.killPostgres();
        Path key = server.data().resolve("encryption-key.json");
        Files.delete(key);

        Run missing = server.run("doctor");

        assertThat(missing.status()).as(missing.out() + missing.err()).isEqualTo(1);
        assertThat(findings(missing, "problem"))
                .singleElement()
                .asString()
                .contains("encryption_key", "is missing, and there are secrets in the database");
        assertThat(key).doesNotExist();

        Run mistaken = Installation.unpacked()
                .run(Map.of("WEBHOOKDB_SERVER_PORT", "many", "WEBHOOKDB_DATABASE_PASSWORD", "a-secret"), "doctor");
        assertThat(mistaken.status()).isEqualTo(1);
        assertThat(mistaken.out())
                .contains("problem  configuration  server.port is \"many\": expected a whole number")
                .doesNotContain("a-secret");

        TarballIT.assertSentence(server.run("doctor", "--nonsense"), 2, "'--nonsense' is not an option");
    }

    private static List<String> findings(Run run, String status) {
        return run.out().lines().filter(line -> line.startsWith(status)).toList();
    }

    private void assertNothingSecret(Run run) {
        String said = run.out() + run.err();
        Stream.of("operator-token", "encryption-key.json", "postgres/password")
                .map(this::content)
                .forEach(secret -> assertThat(said).doesNotContain(secret));
        assertThat(said).doesNotContain(Server.SECRET);
    }

    private String content(String file) {
        try {
            return Files.readString(server.data().resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
