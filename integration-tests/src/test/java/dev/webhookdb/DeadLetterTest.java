package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.apply.Applier;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P6 for bad input: it is kept, visible and replayable, with a reason, and stops nothing else. */
class DeadLetterTest {
    private static final RetryPolicy SOON = Applier.retries(3, Duration.ofMillis(20), Duration.ofMillis(50));
    private static final String GOOD_READER =
            "return List.of(Item.upsert(body, java.time.Instant.ofEpochSecond(1)).event(body.text(\"id\").orElse(\"\")));";
    private static final String PICKY_READER =
            "if (body.text(\"bad\").isPresent()) { throw new IllegalStateException(\"cannot read this\"); } "
                    + GOOD_READER;

    @TempDir
    private Path directory;

    private RunningHost host;

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void what_a_connector_cannot_read_fails_after_the_last_attempt_and_is_stored_when_the_connector_is_repaired() {
        install("1.0.0", PICKY_READER, "");
        host = RunningHost.start(directory, SOON);
        Made things = host.integrateOpen("dead", "fixture_thing_v1");

        send(things, "{\"id\":\"1\",\"bad\":\"yes\"}");
        send(things, "{\"id\":\"2\"}");

        await().until(() -> host.count("dead", "failed") == 1 && host.count("dead", "done") == 1);
        Json failed = host.webhooks("dead", "failed").getFirst();
        assertThat(failed.text("reason").orElseThrow()).contains("fixture").contains("IllegalStateException");
        assertThat(failed.number("attempts").orElseThrow()).isEqualByComparingTo("3");
        assertThat(ids(things)).containsExactly("2");

        host.stop();
        install("1.0.1", GOOD_READER, "");
        host.start();
        assertThat(host.operator("POST", "/organizations/dead/webhooks/replay", "{\"state\":\"failed\"}")
                        .json()
                        .number("count")
                        .orElseThrow())
                .isEqualByComparingTo("1");

        await().until(() -> host.count("dead", "done") == 2);
        assertThat(host.count("dead", "failed")).isZero();
        assertThat(ids(things)).containsExactly("1", "2");
    }

    @Test
    void a_replay_without_a_repair_fails_again() {
        install("1.0.0", PICKY_READER, "");
        host = RunningHost.start(directory, SOON);
        Made things = host.integrateOpen("again", "fixture_thing_v1");
        send(things, "{\"id\":\"1\",\"bad\":\"yes\"}");
        await().until(() -> host.count("again", "failed") == 1);

        host.operator("POST", "/organizations/again/webhooks/replay", "{}");

        assertThat(host.count("again", "failed") + host.count("again", "pending"))
                .isEqualTo(1);
        await().until(() -> host.count("again", "failed") == 1);
    }

    @Test
    void one_row_that_postgresql_refuses_is_isolated_and_the_rest_of_its_batch_is_stored() {
        // another dialect than that of PostgreSQL, which reads the pattern only when there is a text to search:
        // SQLSTATE 2201B
        install("1.0.0", GOOD_READER, ", text(\"poison\").via(new Conversion.Capture(\"(?<it>a)\"))");
        host = RunningHost.start(directory, SOON);
        Made things = host.integrateOpen("poison", "fixture_thing_v1");
        List<String> bodies = IntStream.range(0, 40)
                .mapToObj(number ->
                        number == 17 ? "{\"id\":\"17\",\"poison\":\"any\"}" : "{\"id\":\"%d\"}".formatted(number))
                .toList();

        bodies.parallelStream().forEach(body -> send(things, body));

        await().until(() -> host.count("poison", "pending") == 0);
        assertThat(host.count("poison", "done")).isEqualTo(39);
        assertThat(host.webhooks("poison", "failed"))
                .singleElement()
                .satisfies(failed -> assertThat(failed.text("reason").orElseThrow())
                        .startsWith("17 cannot be stored in " + things.table())
                        .contains("regular expression"));
        assertThat(ids(things)).hasSize(39).doesNotContain("17");
    }

    @Test
    void an_instant_beyond_the_calendar_of_postgresql_fails_its_webhook_alone() {
        install(
                "1.0.0",
                "return List.of(Item.upsert(body, body.text(\"far\").isPresent() ? java.time.Instant.MAX : java.time.Instant.EPOCH));",
                "");
        host = RunningHost.start(directory, SOON);
        Made things = host.integrateOpen("far", "fixture_thing_v1");

        send(things, "{\"id\":\"1\",\"far\":\"yes\"}");
        send(things, "{\"id\":\"2\"}");

        await().until(() -> host.count("far", "pending") == 0);
        assertThat(ids(things)).containsExactly("2");
        assertThat(host.webhooks("far", "failed")).hasSize(1);
    }

    @Test
    void a_key_with_more_digits_than_fit_into_memory_is_kept_as_its_text() {
        install("1.0.0", GOOD_READER, "");
        host = RunningHost.start(directory, SOON);
        Made things = host.integrateOpen("digits", "fixture_thing_v1");

        for (int i = 0; i < 8; i++) {
            send(things, "{\"id\":1e999999999}");
        }
        send(things, "{\"id\":\"2\"}");

        await().until(() -> host.count("digits", "pending") == 0);
        assertThat(host.count("digits", "failed")).isZero();
        assertThat(ids(things)).containsExactly("1e999999999", "2");
    }

    private void install(String version, String reader, String columns) {
        TestConnector.named("fixture")
                .manifest("Connector-Version", version)
                .resources("""
                        return List.of(Resource.named("fixture_thing_v1", "Thing").key(text("id"))
                            .columns(timestamp("updated").asOf()%s).orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""".formatted(columns))
                .read(reader)
                .writeTo(directory.resolve("connectors/fixture.jar"));
    }

    private void send(Made things, String body) {
        assertThat(host.deliver(things, body).status()).isEqualTo(202);
    }

    private List<String> ids(Made things) {
        String organization = host.operator("GET", "/organizations", "")
                .json()
                .items("items")
                .getFirst()
                .text("key")
                .orElseThrow();
        return host.sql(organization, "select id from " + things.table() + " order by 1");
    }
}
