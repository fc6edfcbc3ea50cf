package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.DatabaseException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job from outside: HTTP in, SQL out. */
class MainJobTest {
    private static final long NOW = 1_800_000_000L;

    @TempDir
    private static Path directory;

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_INGEST_MAX_BODY", "2 MiB"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void a_signed_webhook_becomes_a_row() {
        Made charges = host.integrate("row", "stripe_charge_v1").getFirst();

        Answer answer = host.send(charges.id(), StripeEvents.charge("ch_1", "succeeded", NOW, "evt_1"));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().text("o")).contains("k");
        await().untilAsserted(() -> assertThat(host.sql("row", """
                                select stripe_id, amount, status, customer_id, billing_email, payment_type, created, updated, data ->> 'id'
                                from %s""".formatted(charges.table())))
                .containsExactly("ch_1|1250|succeeded|cus_1|a@b.co|card|%d|%d|ch_1".formatted(NOW - 5, NOW)));
    }

    @Test
    void a_forged_webhook_is_refused_and_logged_with_its_reason() {
        Made charges = host.integrate("forged", "stripe_charge_v1").getFirst();
        byte[] body = StripeEvents.charge("ch_1", "succeeded", NOW, "evt_1").getBytes(StandardCharsets.UTF_8);

        Answer answer = host.send(charges.id(), body, "whsec_wrong");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.headers())
                .hasEntrySatisfying(
                        "whdb-rejected-reason", reason -> assertThat(reason).contains("Stripe-Signature"));
        Json logged = host.operator("GET", "/organizations/forged/webhooks?state=rejected", "")
                .json()
                .items("items")
                .getFirst();
        assertThat(logged.text("reason")).contains("No signature in the header Stripe-Signature matches.");
        assertThat(host.sql("forged", "select * from " + charges.table())).isEmpty();
    }

    @Test
    void an_unknown_endpoint_is_not_found_without_detail() {
        Answer answer = host.send("svi_0000000000000000000000000", "{}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json())
                .isEqualTo(new Json.Obj(
                        Map.of("message", new Json.Str("There is no such endpoint, or its organization is closed."))));
    }

    @Test
    void a_body_over_the_limit_is_refused() {
        Made charges = host.integrate("large", "stripe_charge_v1").getFirst();

        assertThat(host.send(charges.id(), " ".repeat(2 << 20) + "{}").status()).isEqualTo(413);
    }

    @Test
    void what_is_not_json_is_accepted_and_fails_visibly() {
        Made charges = host.integrate("notjson", "stripe_charge_v1").getFirst();

        assertThat(host.send(charges.id(), "<html>").status()).isEqualTo(202);

        await().until(() -> host.count("notjson", "failed") == 1);
        Json failed = host.operator("GET", "/organizations/notjson/webhooks?state=failed", "")
                .json()
                .items("items")
                .getFirst();
        assertThat(failed.text("reason").orElseThrow())
                .startsWith("The body is not JSON")
                .doesNotContain("\tat ");
    }

    @Test
    void an_event_about_another_object_is_ignored_visibly() {
        Made charges = host.integrate("other", "stripe_charge_v1").getFirst();

        host.send(
                charges.id(),
                StripeEvents.event("evt_1", "invoice.paid", NOW, "{\"id\":\"in_1\",\"object\":\"invoice\"}"));

        await().until(() -> host.count("other", "ignored") == 1);
        Json ignored = host.operator("GET", "/organizations/other/webhooks?state=ignored", "")
                .json()
                .items("items")
                .getFirst();
        assertThat(ignored.text("reason")).contains("Nothing in it is about stripe_charge_v1.");
    }

    @Test
    void one_endpoint_feeds_several_tables() {
        List<Made> made = host.integrate("several", "stripe_charge_v1", "stripe_customer_v1");

        host.send(made.get(0).id(), StripeEvents.customer("cus_1", "customer.created", "a@b.co", NOW, "evt_1"));
        host.send(made.get(1).id(), StripeEvents.charge("ch_1", "succeeded", NOW, "evt_2"));

        await().untilAsserted(() -> {
            assertThat(host.sql("several", "select email from " + made.get(1).table()))
                    .containsExactly("a@b.co");
            assertThat(host.sql(
                            "several", "select stripe_id from " + made.get(0).table()))
                    .containsExactly("ch_1");
        });
    }

    @Test
    void a_deleted_customer_keeps_its_row_and_is_not_resurrected() {
        Made customers = host.integrate("deleted", "stripe_customer_v1").getFirst();
        host.send(customers.id(), StripeEvents.customer("cus_1", "customer.deleted", "new@b.co", NOW, "evt_2"));
        host.send(customers.id(), StripeEvents.customer("cus_1", "customer.updated", "old@b.co", NOW - 10, "evt_1"));

        await().until(() -> host.count("deleted", "done") == 2);
        assertThat(host.sql(
                        "deleted", "select email, extract(epoch from deleted_at)::bigint from " + customers.table()))
                .containsExactly("new@b.co|" + NOW);
    }

    @Test
    void odd_bodies_never_fail_a_row() {
        Made charges = host.integrate("odd", "stripe_charge_v1").getFirst();
        String deep = "[".repeat(20_000) + "]".repeat(20_000);
        List<String> objects = List.of(
                "{\"object\":\"charge\",\"id\":\"ch_digits\",\"amount\":1234567890123456789,\"x\":1234567890123456789012345678}",
                "{\"object\":\"charge\",\"id\":\"ch_nul\",\"status\":\"a\\u0000b\",\"no\\u0000te\":\"\\u0000\"}",
                "{\"object\":\"charge\",\"id\":\"ch_large\",\"status\":\"%s\"}".formatted("x".repeat(1 << 20)),
                "{\"object\":\"charge\",\"id\":\"ch_deep\",\"metadata\":%s}".formatted(deep),
                "{\"object\":\"charge\",\"id\":\"ch_enum\",\"status\":\"never_heard_of\"}",
                "{\"object\":\"charge\",\"id\":\"ch_missing\"}",
                "{\"object\":\"charge\",\"id\":\"ch_retyped\",\"amount\":{\"value\":1},\"status\":[1],\"created\":\"yesterday\",\"customer\":{\"id\":\"cus_9\"}}",
                "{\"object\":\"charge\",\"id\":\"ch_huge\",\"amount\":1e300000,\"created\":1e30}",
                "{\"object\":\"charge\",\"id\":\"ch_half\",\"status\":\"\\ud800\"}",
                "{\"object\":\"charge\",\"id\":12345}");
        for (int i = 0; i < objects.size(); i++) {
            assertThat(host.send(charges.id(), StripeEvents.event("evt_" + i, "charge.updated", NOW, objects.get(i)))
                            .status())
                    .isEqualTo(202);
        }

        await().until(() -> host.count("odd", "pending") == 0);
        assertThat(host.count("odd", "failed")).isZero();
        assertThat(host.sql("odd", "select count(*) from " + charges.table()))
                .containsExactly(Integer.toString(objects.size()));
        assertThat(host.sql(
                        "odd", "select data ->> 'x' from %s where stripe_id = 'ch_digits'".formatted(charges.table())))
                .containsExactly("1234567890123456789012345678");
        assertThat(host.sql(
                        "odd",
                        "select amount, customer_id, created from %s where stripe_id = 'ch_retyped'"
                                .formatted(charges.table())))
                .containsExactly("NULL|cus_9|NULL");
    }

    @Test
    void known_events_are_stored_once_and_a_replay_changes_nothing() {
        Made charges = host.integrate("known", "stripe_charge_v1").getFirst();
        for (int i = 0; i < 3; i++) {
            host.send(charges.id(), StripeEvents.charge("ch_1", "succeeded", NOW, "evt_1"));
        }
        await().until(() -> host.count("known", "done") == 3);
        List<String> before = host.sql("known", "select xmin, _change from " + charges.table());

        Answer replay = host.operator("POST", "/organizations/known/webhooks/replay", "{\"state\":\"done\"}");

        assertThat(replay.json().number("count").orElseThrow()).isEqualByComparingTo("3");
        await().until(() -> host.count("known", "pending") == 0);
        assertThat(host.sql("known", "select xmin, _change from " + charges.table()))
                .isEqualTo(before);
    }

    @Test
    void the_read_only_role_cannot_write() {
        Made charges = host.integrate("readonly", "stripe_charge_v1").getFirst();

        assertThat(catchThrowable(() -> host.sql("readonly", "delete from " + charges.table() + " returning pk")))
                .isInstanceOf(DatabaseException.class);
    }

    @Test
    void readiness_and_errors_are_json_objects() {
        assertThat(host.call("GET", "/readyz", new byte[0], Map.of()).status()).isEqualTo(200);
        Answer missing = host.call("GET", "/v1/no-such-path", new byte[0], Map.of());
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.json().at("error")).isInstanceOf(Json.Obj.class);
        assertThat(host.call("GET", "/v1/operator/organizations", new byte[0], Map.of("Authorization", "Bearer x"))
                        .status())
                .isEqualTo(401);
    }
}
