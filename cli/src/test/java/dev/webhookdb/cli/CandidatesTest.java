package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shell offers where a command wants the name of something that the server knows. */
class CandidatesTest {
    @TempDir
    private Path home;

    private Client client;

    @BeforeEach
    void start() throws IOException {
        client = new Client(home).with("WEBHOOKDB_COMPLETION_SECONDS", "60");
        client.server()
                .answers("GET /v1/me", 200, """
                        {"verified_memberships":[{"organization_key":"acme"},{"organization_key":"zeta"}]}""")
                .answers("GET /v1/organizations/acme/services", 200, items("name", "stripe_charge_v1", "twilio_sms_v1"))
                .answers("GET /v1/organizations/acme/service_integrations", 200, items("opaque_id", "svi_1", "svi_2"))
                .answers("GET /v1/organizations/acme/sync_targets/http", 200, items("opaque_id", "syt_1"))
                .answers("GET /v1/organizations/acme/sync_targets/db", 200, items("opaque_id", "syt_2"));
    }

    @AfterEach
    void stop() {
        client.close();
    }

    @ParameterizedTest
    @CsvSource({
        "db tables --org ze, zeta",
        "org activate ac, acme",
        "integrations create --org acme str, stripe_charge_v1",
        "integrations create -o acme s, stripe_charge_v1",
        "integrations info --org acme --format json svi_2, svi_2",
        "backfill --org acme -i svi_1, svi_1",
        "httpsync info --org acme s, syt_1",
        "dbsync info --org acme --target s, syt_2"
    })
    void whatIsBegunIsCompletedFromWhatTheServerKnows(String words, String candidate) {
        assertThat(client.runLine("complete " + words)).isZero();

        assertThat(client.out().lines()).containsExactly(candidate);
    }

    @Test
    void anEmptyWordMayBecomeAnything() {
        assertThat(client.run("complete", "integrations", "info", "--org", "acme", ""))
                .isZero();

        assertThat(client.out().lines()).containsExactly("svi_1", "svi_2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "complete",
                "complete db sql x",
                "complete nothing x",
                "complete integrations info --org acme a b"
            })
    void wherePeopleChooseTheWordsTheServerIsNotAsked(String line) {
        assertThat(client.runLine(line)).isZero();

        assertThat(client.out() + client.err()).isEmpty();
        assertThat(client.server().requests()).isEmpty();
    }

    @Test
    void whoeverIsNotLoggedInOrHasNoServerIsToldNothing() {
        client.without("WEBHOOKDB_API_TOKEN");
        assertThat(client.runLine("complete org activate a")).isZero();
        client.with("WEBHOOKDB_API_TOKEN", "wrong");
        assertThat(client.runLine("complete org activate a")).isZero();
        client.with("WEBHOOKDB_API_HOST", "http://127.0.0.1:9");
        assertThat(client.runLine("complete org activate a")).isZero();

        assertThat(client.out() + client.err()).isEmpty();
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedFor() {
        client.without("WEBHOOKDB_COMPLETION_SECONDS").server().holds("GET /v1/me", "nothing");

        assertThat(client.runLine("complete org activate a")).isZero();

        assertThat(client.out() + client.err()).isEmpty();
    }

    @Test
    void bashOffersThem() throws IOException, InterruptedException {
        client.run("completion", "bash");
        Path script = Files.writeString(home.resolve("bash"), client.out());
        // stands for the client, and prints what it was asked
        String ask = """
                webhookdb() { local IFS=' '; printf '%%s\\n' "<$*>" second; }
                source '%s'
                COMP_WORDS=(webhookdb integrations info --org acme ""); COMP_CWORD=5
                _webhookdb_and_known; printf '%%s\\n' "${COMPREPLY[@]}"
                """.formatted(script);
        Process bash = new ProcessBuilder("bash", "-c", ask).start();

        assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8).lines())
                .containsExactly("<complete integrations info --org acme >", "second");
    }

    @Test
    void fishOffersThem() {
        client.run("completion", "fish");

        assertThat(client.out())
                .contains(
                        "complete -c webhookdb -n '__webhookdb_at integrations info' -a '(__webhookdb_known)'",
                        " -l org -x -a '(__webhookdb_known)'");
    }

    private static String items(String name, String... values) {
        StringBuilder items = new StringBuilder();
        for (String value : values) {
            items.append(items.isEmpty() ? "" : ",").append("{\"%s\":\"%s\"}".formatted(name, value));
        }
        return "{\"items\":[%s]}".formatted(items);
    }
}
