package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.simulator.Fault;
import dev.webhookdb.testkit.simulator.IncreaseApi;
import dev.webhookdb.testkit.simulator.IncreaseSimulator;
import dev.webhookdb.testkit.simulator.ShopifyApi;
import dev.webhookdb.testkit.simulator.ShopifySimulator;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a table and its provider's listing have not in common is told, and nothing is written to the table. */
class ComparisonTest {
    private static final String KEY = "rk_test_comparison";
    private static final int EVENTS = 1_500;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int people;

    private final StripeSimulator account = StripeSimulator.seeded(7);
    private StripeApi api;
    private Person owner;
    private String organization;

    @BeforeAll
    static void start() {
        TestConnector.named("fixture")
                .resources("""
                        return List.of(Resource.named("fixture_thing_v1", "Thing").key(text("id"))
                            .columns(timestamp("updated").asOf()).orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""")
                .read("return List.of();")
                .writeTo(directory.resolve("connectors/fixture.jar"));
        host = RunningHost.withEveryConnector(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void open() {
        account.startingAt(Instant.now().minusSeconds(EVENTS * 13L));
        account.happen(EVENTS);
        api = StripeApi.serving(account, KEY);
        String name = "comparer%d".formatted(++people);
        owner = Person.loggedIn(host, name + "@example.com");
        organization = name + "_org";
    }

    @AfterEach
    void shut() {
        api.close();
    }

    @Test
    void a_table_that_has_what_the_provider_lists_is_equal_and_is_not_written_to() {
        Made charges = listed();
        List<String> before = contents(charges);

        Json comparison = compared(charges);

        assertThat(comparison.at("equal")).isEqualTo(new Json.Bool(true));
        assertThat(number(comparison, "matching")).isEqualTo(account.charges().size());
        assertThat(number(comparison, "listed"))
                .isGreaterThanOrEqualTo(account.charges().size());
        assertDifferences(comparison, 0, 0, 0, 0);
        assertThat(comparison.text("remedy")).contains("");
        assertThat(contents(charges)).as("with the versions of rows").isEqualTo(before);
        assertThat(host.asAdministrator(
                        organization,
                        "select (select count(*) from webhookdb.listed) + (select count(*) from webhookdb.comparison)"))
                .as("nothing of it is kept beside the table")
                .containsExactly("0");
    }

    @Test
    void what_is_missing_what_is_extra_and_what_differs_is_told_with_the_keys_and_what_to_do() {
        Made charges = listed();
        List<String> keys = keys(charges);
        host.administer(
                organization,
                "delete from %s where stripe_id = '%s'".formatted(charges.table(), keys.get(3)),
                """
                insert into %1$s (stripe_id, data, _as_of, _rank, _seen, _change)
                select 'ch_extra', data, _as_of, _rank, _seen, _change from %1$s where stripe_id = '%2$s'""".formatted(charges.table(), keys.get(0)),
                "update %s set data = data || '{\"status\":\"stale\"}' where stripe_id = '%s'"
                        .formatted(charges.table(), keys.get(5)));

        Json comparison = compared(charges);

        assertThat(comparison.at("equal")).isEqualTo(new Json.Bool(false));
        assertDifferences(comparison, 1, 1, 0, 1);
        assertKeys(comparison, "missing", keys.get(3));
        assertKeys(comparison, "extra", "ch_extra");
        assertKeys(comparison, "differing", keys.get(5));
        assertThat(comparison.text("remedy")).contains("webhookdb backfill " + charges.table());

        owner.post(path(charges, "/backfill/job"), Map.of());
        runs().ended(charges);

        assertDifferences(compared(charges), 0, 1, 0, 0);
    }

    @Test
    void a_row_whose_state_is_older_than_the_listed_one_is_told_apart() {
        ShopifySimulator shop = ShopifySimulator.seeded(9);
        shop.happen(60);
        try (ShopifyApi shopApi = ShopifyApi.serving(shop, KEY)) {
            Made products = integrate("shopify_product_v1", """
                    "backfill_secret":"%s","shop_name":"acme",""".formatted(KEY), shopApi.url());
            String stale = host.sql(
                            organization,
                            "select shopify_id from %s where deleted_at is null order by 1 limit 1"
                                    .formatted(products.table()))
                    .getFirst();
            host.administer(
                    organization,
                    "update %s set data = data || '{\"title\":\"Old\"}', _as_of = _as_of - interval '1 hour' where shopify_id = '%s'"
                            .formatted(products.table(), stale));

            Json comparison = compared(products);

            assertDifferences(comparison, 0, 0, 1, 0);
            assertKeys(comparison, "older", stale);
        }
    }

    @Test
    void what_is_too_old_to_be_listed_is_no_difference() {
        IncreaseSimulator group =
                IncreaseSimulator.seeded(5).startingAt(Instant.now().minus(Duration.ofDays(2)));
        group.happen(120);
        try (IncreaseApi groupApi = IncreaseApi.serving(group, KEY)) {
            Made events = integrate("increase_event_v1", """
                    "backfill_key":"%s",""".formatted(KEY), groupApi.url());
            for (int days : List.of(3, 45, 400)) {
                host.administer(organization, """
                        insert into %1$s (increase_id, created_at, data, _as_of, _rank, _seen, _change)
                        select 'event_%2$d', now() - interval '%2$d days', data, _as_of, _rank, _seen, _change from %1$s limit 1""".formatted(events.table(), days));
            }

            Json comparison = compared(events);

            assertDifferences(comparison, 0, 1, 0, 0);
            assertKeys(comparison, "extra", "event_3");
            assertThat(number(comparison, "out_of_reach")).isEqualTo(2);
            assertThat(comparison.text("unread").orElseThrow()).contains("older than 30 days");
        }
    }

    @Test
    void pages_are_asked_for_again_after_refusals_and_errors_and_the_result_is_the_same() {
        Made charges = listed();
        api.faults()
                .every(4, Fault.tooManyRequests(Duration.ofSeconds(1)))
                .next(1, Fault.status(500))
                .next(1, Fault.halfAnswer());

        Json comparison = compared(charges);

        assertDifferences(comparison, 0, 0, 0, 0);
        assertThat(number(comparison, "pages")).isGreaterThan(3);
        assertThat(number(comparison, "matching")).isEqualTo(account.charges().size());
    }

    @Test
    void a_host_that_was_stopped_goes_on_where_it_was() {
        Made charges = listed();
        String deleted = keys(charges).getFirst();
        host.administer(organization, "delete from %s where stripe_id = '%s'".formatted(charges.table(), deleted));
        api.faults().latency(Duration.ofMillis(200));
        String id = begun(charges);
        await().atMost(SOON).until(() -> number(shown(charges, id), "pages") >= 3);

        host.stop();
        host.start();
        api.faults().none();

        Json comparison = ended(charges, id);
        assertThat(comparison.text("state")).contains("succeeded");
        assertDifferences(comparison, 1, 0, 0, 0);
        assertKeys(comparison, "missing", deleted);
    }

    @Test
    void what_was_listed_before_postgresql_crashed_is_not_taken_for_everything() {
        Made charges = listed();
        api.faults().latency(Duration.ofMillis(200));
        String id = begun(charges);
        await().atMost(SOON).until(() -> number(shown(charges, id), "pages") >= 2);

        host.administer(organization, "truncate webhookdb.comparison, webhookdb.listed");

        Json comparison = ended(charges, id);
        assertThat(comparison.text("state")).contains("failed");
        assertThat(comparison.text("error").orElseThrow()).endsWith("Start the comparison again.");
    }

    @Test
    void what_webhooks_change_while_it_runs_is_no_difference() {
        Made charges = listed();
        account.startingAt(Instant.now());
        api.faults().latency(Duration.ofMillis(200));
        String id = begun(charges);
        await().atMost(SOON).until(() -> number(shown(charges, id), "pages") >= 2);

        api.faults().none().always(Fault.status(503));
        deliver(charges, account.happen(100));
        api.faults().none();

        Json comparison = ended(charges, id);
        assertDifferences(comparison, 0, 0, 0, 0);
        assertThat(number(comparison, "changed_meanwhile")).isPositive();
        assertThat(number(comparison, "matching") + number(comparison, "changed_meanwhile"))
                .isEqualTo(account.charges().size());
    }

    @Test
    void webhooks_that_were_on_their_way_when_the_listing_ended_are_let_arrive() {
        Made charges = listed();
        // later than what was listed before, which would win otherwise
        account.startingAt(Instant.now());
        List<StripeEvent> late = account.happen(20);
        String id = begun(charges);
        await().atMost(SOON)
                .until(() -> host.platform(
                                "select bool_and(done) from comparison_part where job_id = (select id from comparison where opaque_id = '%s')"
                                        .formatted(id))
                        .equals(List.of("t")));

        deliver(charges, late);

        Json comparison = ended(charges, id);
        assertDifferences(comparison, 0, 0, 0, 0);
        assertThat(number(comparison, "matching") + number(comparison, "changed_meanwhile"))
                .isEqualTo(account.charges().size());
    }

    @Test
    void one_is_under_way_at_a_time_and_can_be_cancelled() {
        Made charges = listed();
        api.faults().latency(Duration.ofMillis(300));
        String id = begun(charges);

        assertThat(begun(charges)).isEqualTo(id);
        await().atMost(SOON)
                .until(() -> shown(charges, id).text("state").orElseThrow().equals("running"));
        assertThat(owner.post(path(charges, "/comparison/cancel"), Map.of()).status())
                .isEqualTo(200);

        assertThat(ended(charges, id).text("state")).contains("cancelled");
        assertThat(owner.post(path(charges, "/comparison/cancel"), Map.of()).status())
                .isEqualTo(409);
        await().atMost(SOON)
                .until(() -> host.asAdministrator(organization, "select count(*) from webhookdb.listed")
                        .equals(List.of("0")));
    }

    @Test
    void a_service_that_only_webhooks_fill_is_refused() {
        Made things = host.integrateWith(organization, "{}", "fixture_thing_v1").getFirst();

        Answer refused = owner.post(path(things, "/comparison/job"), Map.of());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().text("error", "code")).contains("no_backfill");
        assertThat(refused.json().text("error", "message"))
                .contains(
                        "The provider has no API that lists what fixture_thing_v1 holds: it is filled by webhooks only.");
    }

    @Test
    void without_a_key_the_refusal_says_what_is_missing() {
        Made charges = host.integrateWith(
                        organization, "{\"webhook_secret\":\"%s\"}".formatted(RunningHost.SECRET), "stripe_charge_v1")
                .getFirst();

        Answer refused = owner.post(path(charges, "/comparison/job"), Map.of());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().text("error", "code")).contains("missing_settings");
        assertThat(refused.json().text("error", "field_errors", "backfill_key")).isPresent();
    }

    @Test
    void an_integration_of_others_is_as_unknown_as_one_that_does_not_exist() {
        Made charges = listed();
        String id = begun(charges);
        Person stranger = Person.loggedIn(host, "stranger%d@example.com".formatted(people));

        for (String path : Set.of("/comparison/jobs", "/comparison/job/" + id)) {
            assertThat(stranger.get(stranger.own("/service_integrations/" + charges.id() + path))
                            .status())
                    .isEqualTo(403);
        }
        assertThat(stranger.post(stranger.own("/service_integrations/" + charges.id() + "/comparison/job"), Map.of())
                        .status())
                .isEqualTo(403);
        Made own = host.integrateWith(
                        "stranger%d_org".formatted(people),
                        "{\"webhook_secret\":\"%s\"}".formatted(RunningHost.SECRET),
                        "stripe_charge_v1")
                .getFirst();
        assertThat(stranger.get(stranger.own("/service_integrations/" + own.id() + "/comparison/job/" + id))
                        .status())
                .as("somebody else's comparison of one's own integration")
                .isEqualTo(403);
        ended(charges, id);
    }

    /** Charges that were listed once. */
    private Made listed() {
        return integrate("stripe_charge_v1", "\"backfill_key\":\"%s\",".formatted(KEY), api.url());
    }

    private Made integrate(String service, String settings, URI url) {
        Made made = host.integrateWith(
                        organization,
                        "{\"webhook_secret\":\"%s\",%s\"api_url\":\"%s\",\"requests_per_second\":\"1000\"}"
                                .formatted(RunningHost.SECRET, settings, url),
                        service)
                .getFirst();
        assertThat(runs().ended(made).text("state")).contains("succeeded");
        return made;
    }

    private Runs runs() {
        return new Runs(host, organization, SOON);
    }

    private void deliver(Made made, List<StripeEvent> events) {
        events.forEach(event -> host.send(made.id(), event.body()));
        await().atMost(SOON).until(() -> host.count(organization, "pending") == 0);
    }

    private String path(Made made, String below) {
        return owner.own("/service_integrations/" + made.id() + below);
    }

    private String begun(Made made) {
        Answer answer = owner.post(path(made, "/comparison/job"), Map.of());
        return answer.json().text("id").orElseThrow(() -> new AssertionError(answer));
    }

    private Json shown(Made made, String id) {
        return owner.get(path(made, "/comparison/job/" + id)).json();
    }

    private Json ended(Made made, String id) {
        return await().atMost(SOON)
                .until(
                        () -> shown(made, id),
                        comparison -> !Set.of("queued", "running")
                                .contains(comparison.text("state").orElseThrow()));
    }

    private Json compared(Made made) {
        Json comparison = ended(made, begun(made));
        assertThat(comparison.text("state")).as(comparison.toString()).contains("succeeded");
        return comparison;
    }

    private static long number(Json json, String name) {
        return json.number(name).orElseThrow(() -> new AssertionError(json)).longValue();
    }

    private static void assertDifferences(Json comparison, int missing, int extra, int older, int differing) {
        assertThat(List.of("missing", "extra", "older", "differing"))
                .extracting(kind -> number(comparison, kind))
                .as(comparison.toString())
                .containsExactly((long) missing, (long) extra, (long) older, (long) differing);
    }

    private static void assertKeys(Json comparison, String kind, String key) {
        assertThat(comparison.at("keys").items(kind)).containsExactly(new Json.Str(key));
    }

    private List<String> keys(Made made) {
        return host.sql(organization, "select stripe_id from %s order by 1".formatted(made.table()));
    }

    private List<String> contents(Made made) {
        return host.asAdministrator(
                organization, "select xmin, stripe_id, _change, data from %s order by 2".formatted(made.table()));
    }
}
