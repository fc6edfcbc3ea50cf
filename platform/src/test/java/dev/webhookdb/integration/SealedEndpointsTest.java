package dev.webhookdb.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.crypto.SealedFile;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.integration.SealedEndpoints.Snapshot;
import dev.webhookdb.spi.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedEndpointsTest {
    private static final UUID INSTALLATION = UUID.fromString("7b1f0f6e-5a53-4b40-9f5f-0d3c1b8f9a11");
    private static final Instant NOW = Instant.parse("2026-11-28T17:00:00Z");
    private static final Setting SECRET = Setting.webhookSecret("webhook_secret", "The secret.");

    @TempDir
    private Path directory;

    private Vault vault;
    private SealedFile file;

    @BeforeEach
    void open() {
        vault = Vault.open(directory.resolve("key.json"));
        file = new SealedFile(directory.resolve("journal").resolve(SealedEndpoints.NAME), vault);
    }

    @Test
    void endpoints_are_read_as_they_were_kept() {
        List<Endpoint> endpoints =
                List.of(endpoint(1, "whsec_one"), rotating(2, "whsec_two\n\r\u2028\"ü", "whsec_old"));

        sealed().keep(INSTALLATION, endpoints);

        Snapshot read = sealed().read().orElseThrow();
        assertThat(read.installation()).isEqualTo(INSTALLATION);
        assertThat(read.made()).isEqualTo(NOW);
        assertThat(read.endpoints().stream().map(EndpointLine::write))
                .containsExactlyElementsOf(
                        endpoints.stream().map(EndpointLine::write).toList());
        Endpoint second = read.endpoints().getLast();
        assertThat(second.integrations()).isEqualTo(endpoints.getLast().integrations());
        assertThat(second.settings().secret(SECRET).reveal()).isEqualTo("whsec_two\n\r\u2028\"ü");
        assertThat(second.former().getFirst().settings().secret(SECRET).reveal())
                .isEqualTo("whsec_old");
        assertThat(second.former().getFirst().isInForce(NOW)).isTrue();
        assertThat(second.former().getFirst().isInForce(NOW.plusSeconds(60))).isFalse();
    }

    @Test
    void an_installation_without_endpoints_has_a_file_too() {
        sealed().keep(INSTALLATION, List.of());

        assertThat(sealed().read().orElseThrow().endpoints()).isEmpty();
    }

    @Test
    void no_secret_is_in_the_file_in_plain() throws IOException {
        sealed().keep(INSTALLATION, List.of(rotating(1, "whsec_one", "whsec_old")));

        assertThat(Files.readString(file.path(), StandardCharsets.ISO_8859_1))
                .doesNotContain("whsec", "svi_", "stripe");
    }

    @Test
    void the_file_is_only_written_when_something_changed_also_after_a_restart() throws IOException {
        SealedEndpoints sealed = sealed();
        sealed.keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));
        byte[] first = Files.readAllBytes(file.path());

        sealed.keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));
        sealed().keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));
        assertThat(file.path()).hasBinaryContent(first);

        sealed.keep(INSTALLATION, List.of(endpoint(1, "whsec_two")));
        assertThat(Files.readAllBytes(file.path())).isNotEqualTo(first);
    }

    @Test
    void a_new_key_seals_the_file_anew() {
        SealedEndpoints sealed = sealed();
        sealed.keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));
        vault.rotate();
        assertThat(file.isNewest()).isFalse();

        sealed.keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));

        assertThat(file.isNewest()).isTrue();
        assertThat(sealed().read()).isPresent();
    }

    @Test
    void a_file_that_somebody_deleted_is_written_again() throws IOException {
        SealedEndpoints sealed = sealed();
        sealed.keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));
        Files.delete(file.path());

        sealed.keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));

        assertThat(sealed().read()).isPresent();
    }

    @Test
    void what_cannot_be_used_is_ignored_and_written_anew() throws IOException {
        for (String text : List.of(
                "",
                "whsec_of_something_else",
                "{}",
                "{\"version\":2,\"installation\":\"%s\",\"made\":\"%s\"}".formatted(INSTALLATION, NOW),
                "{\"version\":1,\"installation\":\"none\",\"made\":\"%s\"}".formatted(NOW),
                "{\"version\":1,\"installation\":\"%s\",\"made\":\"today\"}".formatted(INSTALLATION),
                "{\"version\":1,\"installation\":\"%s\",\"made\":\"%s\"}\n{\"id\":1}".formatted(INSTALLATION, NOW))) {
            file.write(text);

            assertThat(sealed().read()).as(text).isEmpty();
        }
        Files.writeString(file.path(), "damaged");
        assertThat(sealed().read()).isEmpty();

        sealed().keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));
        assertThat(sealed().read()).isPresent();
    }

    @Test
    void a_place_that_cannot_be_written_to_stops_nobody() throws IOException {
        Files.createFile(file.path().getParent());

        sealed().keep(INSTALLATION, List.of(endpoint(1, "whsec_one")));

        assertThat(file.path()).doesNotExist();
    }

    private SealedEndpoints sealed() {
        return new SealedEndpoints(file, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Endpoint endpoint(long id, String secret) {
        return new Endpoint(
                id,
                "svi_endpoint" + id,
                7,
                "stripe",
                List.of(
                        new Integration(10 * id, "svi_charge" + id, id, 7, "stripe_charge_v1", "stripe_charge_v1_a"),
                        new Integration(10 * id + 1, "svi_refund" + id, id, 7, "stripe_refund_v1", "refunds")),
                new SuppliedSettings(Map.of("webhook_secret", secret, "account", "acct_1")));
    }

    private static Endpoint rotating(long id, String secret, String former) {
        Endpoint now = endpoint(id, secret);
        return new Endpoint(
                id,
                now.opaqueId(),
                now.organizationId(),
                now.connectorId(),
                now.integrations(),
                now.settings(),
                List.of(new Endpoint.Former(
                        "webhook_secret",
                        new SuppliedSettings(Map.of("webhook_secret", former, "account", "acct_1")),
                        NOW.plusSeconds(30))));
    }
}
