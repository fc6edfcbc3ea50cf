package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.apply.Applier;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.retry.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promises P6 and P12 for connectors: what is wrong on our side is never the sender's fault, and one bad webhook stops no other. */
class ConnectorFaultsTest {
    private static final RetryPolicy SOON = Applier.retries(3, Duration.ofMillis(20), Duration.ofMillis(50));
    private static final String ENDLESS = "while (true) { Thread.onSpinWait(); }";
    private static final String STORE = "return List.of(Item.upsert(body, java.time.Instant.ofEpochSecond(1)));";

    @TempDir
    private Path directory;

    private RunningHost host;

    @AfterEach
    void stop() {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "throw new IllegalStateException();",
                "throw new ConnectorException(ConnectorException.Reason.TRANSIENT, \"Later.\");",
                "throw new ConnectorException(ConnectorException.Reason.UNEXPECTED, \"Never.\");",
                "throw new OutOfMemoryError();",
                "throw new LinkageError();",
                "return verify(request, settings);",
                "return null;",
                "try { Thread.sleep(60_000); } catch (InterruptedException e) { } return Webhook.Verdict.reject(\"late\");"
            })
    void what_a_verifier_cannot_say_is_asked_for_again_and_is_not_rejected(String fault) {
        start(TestConnector.named("fixture")
                .verify("if (request.text().contains(\"bad\")) { %s } return Webhook.Verdict.accept();"
                        .formatted(fault))
                .read(STORE));
        Made things = host.integrateOpen("faults", "fixture_thing_v1");

        Answer bad = send(things, "{\"id\":\"bad\"}");
        Answer good = send(things, "{\"id\":\"good\"}");

        assertThat(bad.status()).isEqualTo(503);
        assertThat(bad.headers()).containsKey("retry-after").doesNotContainKey("whdb-rejected-reason");
        assertThat(good.status()).as("only the offending webhook suffers").isIn(202, 503);
        assertThat(host.count("faults", "rejected")).isZero();
    }

    @Test
    void a_webhook_in_which_reading_hangs_is_parked_and_all_others_are_verified_and_stored() {
        start(TestConnector.named("fixture")
                .read("if (body.text(\"id\").orElse(\"\").startsWith(\"bad\")) { %s } %s".formatted(ENDLESS, STORE)));
        Made things = host.integrateOpen("hanging", "fixture_thing_v1");
        Made others = host.integrateOpen("other", "fixture_thing_v1");

        assertThat(send(things, "{\"id\":\"bad\"}").status()).isEqualTo(202);

        await().atMost(Duration.ofSeconds(40)).until(() -> {
            assertThat(send(others, "{\"id\":\"1\"}").status()).isEqualTo(202);
            return host.count("hanging", "failed") == 1;
        });
        assertThat(host.webhooks("hanging", "failed").getFirst().text("reason").orElseThrow())
                .contains("Connector fixture 1.2.3 did not return from read");
        await().until(() -> host.count("other", "pending") == 0);
        assertThat(host.count("other", "rejected")).isZero();
        assertThat(host.sql("other", "select id from " + others.table())).containsExactly("1");
        assertThat(send(things, "{\"id\":\"2\"}").status()).isEqualTo(202);
        await().until(() ->
                host.sql("hanging", "select id from " + things.table()).contains("2"));
    }

    @Test
    void a_webhook_of_which_a_connector_makes_too_much_fails_alone() {
        start(TestConnector.named("fixture")
                .read(
                        "if (body.text(\"id\").orElse(\"\").equals(\"bad\")) { return List.of(Item.upsert(new Json.Str(\"x\".repeat(100_000_000)), java.time.Instant.EPOCH)); } "
                                + STORE));
        Made things = host.integrateOpen("large", "fixture_thing_v1");

        send(things, "{\"id\":\"bad\"}");
        send(things, "{\"id\":\"good\"}");

        await().until(() -> host.count("large", "failed") == 1 && host.count("large", "done") == 1);
        assertThat(host.webhooks("large", "failed").getFirst().text("reason").orElseThrow())
                .isEqualTo(
                        "Connector fixture 1.2.3 returned more than 16 MiB from read. Report it to the connector's author.");
    }

    @Test
    void a_webhook_that_takes_the_hosts_memory_is_parked_and_the_host_goes_on() {
        start(TestConnector.named("fixture").read("throw new OutOfMemoryError(\"Java heap space\");"));
        Made things = host.integrateOpen("memory", "fixture_thing_v1");

        send(things, "{\"id\":\"1\"}");

        await().until(() -> host.count("memory", "failed") == 1);
        assertThat(host.webhooks("memory", "failed").getFirst().text("reason").orElseThrow())
                .contains("fixture 1.2.3")
                .contains("OutOfMemoryError");
        assertThat(send(things, "{\"id\":\"2\"}").status()).isEqualTo(202);
        await().until(() -> host.webhooks("memory", "pending").stream()
                .anyMatch(waiting -> waiting.text("reason").orElse("").contains("suspended in read")));
    }

    @Test
    void what_came_before_the_secret_was_supplied_is_asked_for_again_and_kept() {
        TestConnector.named("fixture")
                .members("static final Setting SECRET = Setting.webhookSecret(\"secret\", \"Anywhere.\").optional();")
                .resources("""
                        return List.of(Resource.named("fixture_thing_v1", "Thing").settings(SECRET).key(text("id"))
                            .columns(timestamp("updated").asOf()).orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""")
                .verify("settings.secret(SECRET); return Webhook.Verdict.accept();")
                .read(STORE)
                .writeTo(directory.resolve("connectors/fixture.jar"));
        host = RunningHost.start(directory, SOON);
        Made things = host.integrateOpen("early", "fixture_thing_v1");

        Answer early = send(things, "{\"id\":\"1\"}");

        assertThat(early.status()).isEqualTo(503);
        assertThat(early.headers()).containsKey("retry-after");
        assertThat(host.webhooks("early", "rejected").getFirst().text("reason").orElseThrow())
                .startsWith("The setting secret is missing.");
        host.operator(
                "POST",
                "/organizations/early/integrations/%s/settings".formatted(things.id()),
                "{\"settings\":{\"secret\":\"known\"}}");
        await().until(() -> host.count("early", "done") == 1);
        assertThat(host.count("early", "rejected")).isZero();
    }

    private void start(TestConnector connector) {
        connector.resources("""
                        return List.of(Resource.named("fixture_thing_v1", "Thing").key(text("id"))
                            .columns(timestamp("updated").asOf()).orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""").writeTo(directory.resolve("connectors/fixture.jar"));
        host = RunningHost.start(directory, SOON);
    }

    private Answer send(Made things, String body) {
        return host.call(
                "POST", "/v1/service_integrations/" + things.id(), body.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
