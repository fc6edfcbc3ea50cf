package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Installation.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that say what exists, with the tarball's server and client: what scripts go by is the exit status. */
class DeclaredFilesIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration APPLIED = Duration.ofSeconds(45);
    private static final int SOMETHING_TO_DO = 2;
    private static final String FILE = """
            organization: Acme
            members: {jo@acme.example: admin}
            integrations:
              charges:
                service: stripe_charge_v1
                table: charges
                settings: {webhook_secret: "${env:ACME_SECRET}"}
            """;

    private final Path directory = Installation.temporaryDirectory();
    private final Path elsewhere = Installation.temporaryDirectory();
    private Server server;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(directory.resolve("acme.yaml"), FILE);
        server = new Server(
                Map.of("WEBHOOKDB_ORGANIZATIONS_DIR", directory.toString(), "ACME_SECRET", "whsec_only-here"));
        server.start(START);
        await().atMost(APPLIED)
                .untilAsserted(
                        () -> assertThat(server.run("config", "plan").status()).isZero());
    }

    @AfterEach
    void end() {
        server.close();
        Installation.delete(directory);
        Installation.delete(elsewhere);
    }

    @Test
    void a_plan_says_by_its_status_whether_there_is_something_to_do_and_an_export_is_what_there_is()
            throws IOException {
        Run exported = server.done("config", "export");
        Path copy = Files.writeString(elsewhere.resolve("export.yaml"), exported.out());
        Run unchanged = server.run("config", "plan", copy.toString());
        Path more =
                Files.writeString(elsewhere.resolve("more.yaml"), exported.out().replace("admin", "viewer"));
        Run changed = server.run("config", "plan", more.toString());
        Path wrong = Files.writeString(elsewhere.resolve("wrong.yaml"), FILE.replace("admin", "boss"));
        Run refused = server.run("config", "plan", wrong.toString());

        assertThat(exported.out()).contains("|stored}").doesNotContain("whsec_only-here");
        assertThat(unchanged.status()).as(unchanged.out()).isZero();
        assertThat(unchanged.out()).isEqualTo("Everything is as the files say.\n");
        assertThat(changed.status()).isEqualTo(SOMETHING_TO_DO);
        assertThat(changed.out()).contains("~ member jo@acme.example", "role: admin -> viewer", "1 to change");
        TarballIT.assertSentence(refused, 1, "wrong.yaml:2: members.jo@acme.example");
    }

    @Test
    void what_a_file_owns_is_changed_by_hand_only_by_force() {
        Run refused = server.run("db", "rename-table", "charges", "--new-name", "payments", "--org", "acme");
        server.done("db", "rename-table", "charges", "--new-name", "payments", "--org", "acme", "--force");
        Run planned = server.run("config", "plan");
        server.done("config", "apply");

        TarballIT.assertSentence(refused, 2, "--force");
        assertThat(planned.status()).isEqualTo(SOMETHING_TO_DO);
        assertThat(planned.out()).contains("tables.stripe_charge_v1: payments -> charges");
        assertThat(server.run("config", "plan").status()).isZero();
    }

    @Test
    void the_schema_of_files_comes_along() {
        assertThat(server.done("config", "schema").out()).startsWith("{").contains("\"integrations\"");
        assertThat(server.done("config", "schema", "webhookdb").out()).contains("organizations-dir");
    }
}
