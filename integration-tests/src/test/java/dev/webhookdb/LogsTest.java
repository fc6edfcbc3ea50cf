package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members see what came and what became of it, and have it done again. */
class LogsTest {
    private static final String ROLLED = "whsec_rolled_at_the_provider";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int people;

    private Person admin;
    private Made charges;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void integrate() {
        admin = Person.loggedIn(host, "admin%d@example.com".formatted(++people));
        charges = admin.integrate("stripe_charge_v1");
    }

    @Test
    void what_was_rejected_is_stored_once_the_secret_is_corrected_and_what_is_forged_is_not() {
        host.send(charges.id(), charge("ch_known"), RunningHost.SECRET);
        host.send(charges.id(), charge("ch_early_1"), ROLLED);
        host.send(charges.id(), charge("ch_early_2"), ROLLED);
        host.send(charges.id(), charge("ch_forged"), "whsec_of_somebody_else");
        await().until(() -> counts().equals(Map.of("done", 1L, "rejected", 3L)));

        admin.post(setting("webhook_secret"), Map.of("value", ROLLED + "\n"));

        await().until(() -> counts().equals(Map.of("done", 3L, "rejected", 1L)));
        assertThat(admin.ids(charges)).containsExactly("ch_early_1", "ch_early_2", "ch_known");
        assertThat(host.platform(
                        "select concat_ws(' ', sum(accepted), sum(requeued), sum(settled)) from webhook_ledger where endpoint_id = (select endpoint_id from integration where opaque_id = '%s')"
                                .formatted(charges.id())))
                .containsExactly("3 0 3");
    }

    @Test
    void what_a_crash_cut_short_is_verified_again_at_the_next_start() {
        host.send(charges.id(), charge("ch_1"), RunningHost.SECRET);
        await().until(() -> counts().equals(Map.of("done", 1L)));
        host.stop();
        host.administerPlatform("update webhook set verdict = 1, reason = 'The secret was another.'");
        host.administerPlatform("""
                insert into webhook_ledger (endpoint_id, hour, accepted, settled, rejected)
                select endpoint_id, date_bin('1 hour', received_at, '2000-01-01 00:00Z'), -1, -1, 1 from webhook""");
        host.administerPlatform("update endpoint set resupplied_at = now()");

        host.start();

        await().until(() -> counts().equals(Map.of("done", 1L)));
        await().until(() -> host.platform("select id from endpoint where resupplied_at is not null")
                .isEmpty());
    }

    @Test
    void services_with_one_endpoint_have_logs_statistics_and_replays_of_their_own() {
        Answer asked = admin.post(
                admin.own("/service_integrations/create"),
                Map.of("service_name", "stripe", "services", "stripe_customer_v1, stripe_refund_v1"));
        admin.reply(asked, RunningHost.SECRET + "\n");
        List<Json> made = admin.get(admin.own("/service_integrations")).json().items("items");
        String customers = made.get(1).text("opaque_id").orElseThrow();
        String refunds = made.get(2).text("opaque_id").orElseThrow();
        byte[] customer = StripeEvents.customer("cus_1", "customer.created", "a@example.com", 1_700_000_000, "evt_1")
                .getBytes(UTF_8);
        host.send(customers, customer, RunningHost.SECRET);
        host.send(customers, customer, "whsec_of_somebody_else");
        host.send(refunds, charge("ch_1"), RunningHost.SECRET);
        await().until(() -> counts().equals(Map.of("done", 1L, "rejected", 1L, "ignored", 1L)));

        assertThat(statistic(customers, "count_last_7_days_formatted")).contains("3");
        assertThat(statistic(customers, "applied_last_7_days_formatted")).contains("1");
        assertThat(statistic(refunds, "count_last_7_days_formatted")).contains("2");
        assertThat(statistic(refunds, "applied_last_7_days_formatted")).contains("0");
        assertThat(counts("?integration=" + customers)).isEqualTo(Map.of("done", 1L, "rejected", 1L, "ignored", 1L));
        assertThat(counts("?integration=" + refunds)).isEqualTo(Map.of("rejected", 1L, "ignored", 1L));
        Json stored = logs("?state=done").items("items").getFirst();
        assertThat(stored.text("table")).isEqualTo(made.get(1).text("table_name"));
        assertThat(logs("?state=done&integration=" + refunds).items("items")).isEmpty();
        Map<String, String> again = Map.of("state", "done", "service_integration_identifier", refunds);
        assertThat(replay(again).json().number("count").orElseThrow()).isZero();
    }

    @Test
    void statistics_tell_what_became_of_webhooks_and_what_failed_last() {
        host.send(charges.id(), charge("ch_1"), RunningHost.SECRET);
        host.send(charges.id(), charge("ch_2"), "whsec_of_somebody_else");
        host.send(charges.id(), "{\"id\": ".getBytes(UTF_8), RunningHost.SECRET);
        await().until(() -> counts().equals(Map.of("done", 1L, "rejected", 1L, "failed", 1L)));

        assertThat(statistic(charges.id(), "count_last_7_days_formatted")).contains("3");
        assertThat(statistic(charges.id(), "rejected_last_7_days_percent_formatted"))
                .contains("33.3%");
        assertThat(statistic(charges.id(), "applied_last_7_days_formatted")).contains("1");
        assertThat(statistic(charges.id(), "failed_last_7_days_formatted")).contains("1");
        assertThat(statistic(charges.id(), "last_error").orElseThrow()).contains("JSON");
    }

    @Test
    void a_replay_of_rejected_ones_verifies_them_again() {
        host.send(charges.id(), charge("ch_forged"), "whsec_of_somebody_else");

        Answer replayed = replay(Map.of("state", "rejected", "hours", "9"));

        assertThat(replayed.json().number("count").orElseThrow()).isZero();
        assertThat(counts()).isEqualTo(Map.of("rejected", 1L));
    }

    @Test
    void a_replay_of_everything_changes_no_row_and_is_audited() {
        host.send(charges.id(), charge("ch_1"), RunningHost.SECRET);
        await().until(() -> counts().equals(Map.of("done", 1L)));
        List<String> before = host.platform("select count(*) from audit where action = 'replay webhooks'");

        Answer replayed = replay(Map.of("hours", "1"));

        assertThat(replayed.json().number("count").orElseThrow()).isEqualByComparingTo("1");
        assertThat(replayed.json().text("message").orElseThrow()).contains("being replayed");
        await().until(() -> counts().equals(Map.of("done", 1L)));
        assertThat(admin.ids(charges)).containsExactly("ch_1");
        assertThat(host.platform("select count(*) from audit where action = 'replay webhooks'"))
                .isNotEqualTo(before);
    }

    @Test
    void a_replay_of_accepted_ones_leaves_the_rejected_ones_alone() {
        host.send(charges.id(), charge("ch_1"), RunningHost.SECRET);
        host.send(charges.id(), charge("ch_forged"), "whsec_of_somebody_else");
        await().until(() -> counts().equals(Map.of("done", 1L, "rejected", 1L)));

        Answer replayed = replay(Map.of("state", "accepted"));

        assertThat(replayed.json().number("count").orElseThrow()).isEqualByComparingTo("1");
        await().until(() -> counts().equals(Map.of("done", 1L, "rejected", 1L)));
    }

    @Test
    void a_window_that_is_too_long_too_old_or_no_window_is_refused_with_the_remedy() {
        assertThat(refusal(Map.of("hours", "9"))).contains("four hours").contains("seven days");
        assertThat(refusal(Map.of("hours", "9", "state", "accepted"))).contains("four hours");
        assertThat(refusal(Map.of("after", "2020-01-01"))).contains("seven days");
        assertThat(refusal(Map.of("after", "yesterday"))).contains("2026-01-31T12:00:00Z");
        assertThat(refusal(Map.of("hours", "none"))).contains("whole number");
        assertThat(refusal(Map.of("state", "lost"))).contains("accepted, rejected, pending, done, ignored, failed");
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        assertThat(refusal(Map.of("after", now, "before", now))).contains("earlier");
    }

    @Test
    void the_log_comes_in_pages_newest_first_and_filtered() {
        for (int i = 1; i <= 5; i++) {
            host.send(charges.id(), charge("ch_" + i), i == 3 ? "whsec_wrong" : RunningHost.SECRET);
        }
        await().until(() -> counts().equals(Map.of("done", 4L, "rejected", 1L)));

        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            Json page = logs("?limit=2&cursor=" + cursor);
            page.items("items").forEach(item -> ids.add(item.text("id").orElseThrow()));
            cursor = page.text("next_cursor").orElseThrow();
        } while (!cursor.isEmpty());

        assertThat(ids).hasSize(5).doesNotHaveDuplicates();
        assertThat(ids).isSortedAccordingTo((one, other) -> other.compareTo(one));
        Json rejected = logs("?state=rejected").items("items").getFirst();
        assertThat(rejected.text("reason").orElseThrow()).isNotEmpty();
        assertThat(rejected.text("table")).contains(charges.table());
        assertThat(rejected.text("id")).contains(ids.get(2));
        assertThat(logs("?state=accepted").items("items"))
                .hasSize(4)
                .allSatisfy(item -> assertThat(item.text("state")).contains("done"));
        assertThat(logs("?integration=" + charges.table()).items("items")).hasSize(5);
        assertThat(logs("?before=2020-01-01").items("items")).isEmpty();
        assertThat(admin.get(admin.own("/webhooks?cursor=nonsense")).status()).isEqualTo(400);
    }

    @Test
    void one_is_shown_with_headers_and_body_but_without_secrets() {
        byte[] body = "{\"id\":\"evt_1\",\"note\":\"%s\"}"
                .formatted(RunningHost.SECRET)
                .getBytes(UTF_8);
        host.call(
                "POST",
                "/v1/service_integrations/%s?key=%s".formatted(charges.id(), RunningHost.SECRET),
                body,
                Map.of("Authorization", "Basic c2VjcmV0", "X-Forwarded-By", RunningHost.SECRET, "X-Plain", "kept"));
        String id = logs("").items("items").getFirst().text("id").orElseThrow();

        Json shown = admin.get(admin.own("/webhooks/" + id)).json();

        assertThat(JsonWriter.write(shown)).doesNotContain(RunningHost.SECRET).doesNotContain("c2VjcmV0");
        assertThat(shown.text("headers", "x-plain")).contains("kept");
        assertThat(shown.text("headers", "authorization")).contains("***");
        assertThat(shown.text("body").orElseThrow()).contains("evt_1");
        assertThat(shown.text("url").orElseThrow()).endsWith("?key=***");
    }

    @Test
    void somebody_elses_is_not_there() {
        host.send(charges.id(), charge("ch_1"), RunningHost.SECRET);
        String id = logs("").items("items").getFirst().text("id").orElseThrow();
        Person stranger = Person.loggedIn(host, "stranger%d@example.com".formatted(people));

        assertThat(stranger.get(stranger.own("/webhooks/" + id)).status()).isEqualTo(403);
        assertThat(stranger.get(stranger.own("/webhooks?integration=" + charges.id()))
                        .status())
                .isEqualTo(403);
        assertThat(stranger.get(stranger.own("/webhooks")).json().items("items"))
                .isEmpty();
    }

    private static byte[] charge(String id) {
        return StripeEvents.charge(id, "succeeded", 1_700_000_000, "evt_" + id).getBytes(UTF_8);
    }

    private Optional<String> statistic(String integration, String name) {
        return admin.get(admin.own("/service_integrations/%s/stats".formatted(integration)))
                .json()
                .text(name);
    }

    private Json logs(String query) {
        return admin.get(admin.own("/webhooks" + query)).json();
    }

    private Map<String, Long> counts() {
        return counts("");
    }

    private Map<String, Long> counts(String query) {
        Map<String, Long> counts = new HashMap<>();
        if (admin.get(admin.own("/webhooks/counts" + query)).json().at("counts")
                instanceof Json.Obj(Map<String, Json> fields)) {
            fields.forEach((state, number) -> number.number()
                    .filter(some -> some.signum() > 0)
                    .ifPresent(some -> counts.put(state, some.longValue())));
        }
        return counts;
    }

    private Answer replay(Map<String, String> parameters) {
        return admin.post(admin.own("/replay"), parameters);
    }

    private String refusal(Map<String, String> parameters) {
        Answer refused = replay(parameters);
        assertThat(refused.status()).isEqualTo(400);
        return refused.json().text("error", "message").orElseThrow();
    }

    private String setting(String name) {
        return admin.own("/service_integrations/%s/transition/%s".formatted(charges.id(), name));
    }
}
