package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.apply.Applier;
import dev.webhookdb.connector.TestConnector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint whose services have verifiers of their own. */
class SeveralVerifiersTest {
    private static final String ORGANIZATION = "several";

    @TempDir
    private Path directory;

    private RunningHost host;
    private List<Made> made;

    @BeforeEach
    void start() {
        TestConnector.named("fixture")
                .members("""
                        static final Setting RED = Setting.webhookSecret("red", "Anywhere.").optional();
                        static final Setting BLUE = Setting.webhookSecret("blue", "Anywhere.").optional();
                        static Resource signed(String name, String header, Setting secret) {
                            return Resource.named(name, "Thing").settings(secret).key(text("id"))
                                .columns(timestamp("updated").asOf()).orderedBy("updated")
                                .webhook(Webhook.of((request, settings) -> {
                                        if (request.header(header).isEmpty()) {
                                            return Webhook.Verdict.reject("The header " + header + " is missing.");
                                        }
                                        return settings.secret(secret).matches(request.header(header).get())
                                            ? Webhook.Verdict.accept() : Webhook.Verdict.reject("It is not " + secret.name() + ".");
                                    }, Fixture::read)).build();
                        }
                        """)
                .resources(
                        "return List.of(signed(\"fixture_red_v1\", \"Red\", RED), signed(\"fixture_blue_v1\", \"Blue\", BLUE));")
                .read("return List.of(Item.upsert(body, java.time.Instant.ofEpochSecond(1)));")
                .writeTo(directory.resolve("connectors/fixture.jar"));
        host = RunningHost.start(directory, Applier.retries(3, Duration.ofMillis(20), Duration.ofMillis(50)));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void each_of_them_is_fed_by_what_its_own_verifier_accepts_and_by_nothing_else() {
        integrate("{\"red\":\"r\",\"blue\":\"b\"}");

        assertThat(send("{\"id\":\"1\"}", Map.of("Red", "r")).status()).isEqualTo(202);
        assertThat(send("{\"id\":\"2\"}", Map.of("Blue", "b")).status()).isEqualTo(202);
        assertThat(send("{\"id\":\"3\"}", Map.of("Red", "r", "Blue", "b")).status())
                .isEqualTo(202);
        assertThat(send("{\"id\":\"4\"}", Map.of("Red", "r", "Blue", "forged")).status())
                .isEqualTo(202);
        Answer forged = send("{\"id\":\"5\"}", Map.of("Red", "b", "Blue", "r"));
        Answer unsigned = send("{\"id\":\"6\"}", Map.of());

        assertThat(forged.status()).isEqualTo(401);
        assertThat(unsigned.status()).isEqualTo(401);
        await().until(() -> host.count(ORGANIZATION, "done") == 4);
        assertThat(ids(made.getFirst())).containsExactly("1", "3", "4");
        assertThat(ids(made.getLast())).containsExactly("2", "3");
    }

    @Test
    void one_whose_secret_is_missing_keeps_no_other_from_being_fed() {
        integrate("{\"red\":\"r\"}");

        assertThat(send("{\"id\":\"1\"}", Map.of("Red", "r")).status()).isEqualTo(202);
        assertThat(send("{\"id\":\"2\"}", Map.of("Blue", "b")).status()).isEqualTo(503);

        await().until(() -> host.count(ORGANIZATION, "done") == 1);
        assertThat(ids(made.getFirst())).containsExactly("1");
        assertThat(ids(made.getLast())).isEmpty();
        host.operator(
                "POST",
                "/organizations/%s/integrations/%s/settings"
                        .formatted(ORGANIZATION, made.getLast().id()),
                "{\"settings\":{\"blue\":\"b\"}}");
        await().until(() -> ids(made.getLast()).equals(List.of("2")));
    }

    private void integrate(String settings) {
        made = host.integrateWith(ORGANIZATION, settings, "fixture_red_v1", "fixture_blue_v1");
    }

    private Answer send(String body, Map<String, String> headers) {
        String endpoint = host.platform("select opaque_id from endpoint").getFirst();
        return host.call(
                "POST", "/v1/service_integrations/" + endpoint, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private List<String> ids(Made integration) {
        return host.sql(ORGANIZATION, "select id from %s order by 1".formatted(integration.table()));
    }
}
