package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.simulator.Call;
import dev.webhookdb.testkit.simulator.Fault;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A provider's listing becomes rows, whatever happens on the way. */
class ListingTest {
    private static final String KEY = "rk_test_backfill";
    private static final int EVENTS = 1_500;
    private static final int RANGES_AT_ONCE = 8;
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int organizations;

    private StripeSimulator account;
    private StripeApi api;
    private String organization;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void open() {
        account = StripeSimulator.seeded(7).startingAt(Instant.now().minusSeconds(EVENTS * 13L));
        account.happen(EVENTS);
        api = StripeApi.serving(account, KEY);
        organization = "backfill_%d".formatted(++organizations);
    }

    @AfterEach
    void shut() {
        api.close();
    }

    @Test
    void everything_is_listed_as_soon_as_the_settings_are_complete() {
        Made charges = integrate(KEY);

        Json job = ended(charges);

        assertThat(job.text("state")).contains("succeeded");
        assertThat(job.text("cause")).contains("setup");
        assertThat(job.number("rows").orElseThrow().intValue()).isGreaterThanOrEqualTo(living().size());
        assertThat(keys(charges)).isEqualTo(living());
        assertThat(requests()).as("every page once").doesNotHaveDuplicates();
        assertThat(job.number("pages").orElseThrow().intValue())
                .as("no requests wasted on empty ranges")
                .isLessThanOrEqualTo(living().size() / 100 + 2 * RANGES_AT_ONCE);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void what_goes_wrong_now_and_then_is_tried_again_from_the_same_page(Fault fault) {
        api.faults().every(3, fault);

        Made charges = integrate(KEY);

        assertThat(ended(charges).text("state")).contains("succeeded");
        assertThat(keys(charges)).isEqualTo(living());
    }

    @Test
    void a_host_that_was_stopped_goes_on_where_it_was() {
        api.faults().latency(Duration.ofMillis(150));
        Made charges = integrate(KEY);
        await().atMost(SOON)
                .until(() -> newest(charges).number("pages").orElseThrow().intValue() >= 3);

        host.stop();
        int before = api.requests();
        host.start();
        api.faults().none();

        assertThat(ended(charges).text("state")).contains("succeeded");
        assertThat(keys(charges)).isEqualTo(living());
        List<String> all = requests();
        List<String> repeated = all.subList(before, all.size()).stream()
                .filter(all.subList(0, before)::contains)
                .toList();
        assertThat(repeated.size()).as("pages fetched twice").isLessThanOrEqualTo(parts(all));
    }

    @Test
    void a_key_that_does_not_work_stops_the_job_and_says_what_to_do() {
        Made charges = integrate("rk_test_wrong");

        Json job = ended(charges);

        assertThat(job.text("state")).contains("failed");
        assertThat(job.text("error").orElseThrow())
                .contains("Stripe answered 401")
                .contains("wrong, expired or revoked")
                .contains("backfill_key")
                .doesNotContain("rk_test_wrong");
        assertThat(api.requests()).as("it is not asked again").isEqualTo(1);
    }

    @Test
    void another_key_lets_it_begin_again() {
        Made charges = integrate("rk_test_wrong");
        ended(charges);

        Answer supplied = post(charges, "settings", "{\"settings\":{\"backfill_key\":\"%s\"}}".formatted(KEY));

        assertThat(supplied.status()).isEqualTo(200);
        assertThat(ended(charges).text("state")).contains("succeeded");
        assertThat(keys(charges)).isEqualTo(living());
    }

    @Test
    void a_revoked_permission_stops_the_job_in_the_middle_and_what_was_listed_stays() {
        api.faults().latency(Duration.ofMillis(100));
        Made charges = integrate(KEY);
        await().atMost(SOON)
                .until(() -> newest(charges).number("pages").orElseThrow().intValue() >= 2);

        api.faults().none().forbid();

        Json job = ended(charges);
        assertThat(job.text("state")).contains("failed");
        assertThat(job.text("error").orElseThrow()).contains("403").contains("permission");
        assertThat(keys(charges)).isNotEmpty();
    }

    @Test
    void without_a_key_nothing_begins_and_the_answer_says_what_is_missing() {
        Made charges = host.integrate(organization, "stripe_charge_v1").getFirst();

        Answer refused = post(charges, "backfills", "{}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().text("error", "code")).contains("missing_settings");
        assertThat(refused.json().text("error", "field_errors", "backfill_key")).isPresent();
        assertThat(jobs(charges)).isEmpty();
    }

    @Test
    void a_job_that_is_under_way_is_not_begun_twice() {
        api.faults().latency(Duration.ofMillis(100));
        Made charges = integrate(KEY);

        Json first = newest(charges);
        Answer second = post(charges, "backfills", "{}");

        assertThat(second.json().text("id")).isEqualTo(first.text("id"));
        ended(charges);
        assertThat(jobs(charges)).hasSize(1);
    }

    @Test
    void a_job_can_be_cancelled() {
        api.faults().latency(Duration.ofMillis(300));
        Made charges = integrate(KEY);
        await().atMost(SOON)
                .until(() -> newest(charges).text("state").orElseThrow().equals("running"));

        assertThat(post(charges, "backfills/cancel", "").status()).isEqualTo(200);

        assertThat(ended(charges).text("state")).contains("cancelled");
        int requests = api.requests();
        assertThat(post(charges, "backfills/cancel", "").status())
                .as("nothing to cancel")
                .isEqualTo(409);
        assertThat(api.requests()).isEqualTo(requests);
    }

    @Test
    void what_missed_webhooks_left_stale_is_repaired_and_counted() {
        Made charges = integrate(KEY);
        ended(charges);
        List<StripeEvent> later = account.happen(300);
        List<StripeEvent> delivered = later.stream()
                .filter(event -> event.objectId().hashCode() % 3 != 0)
                .toList();
        delivered.forEach(event -> host.send(charges.id(), event.body()));
        await().atMost(SOON).until(() -> host.count(organization, "pending") == 0);

        post(charges, "backfills", "{\"full\":true}");

        Json job = ended(charges);
        assertThat(job.text("state")).contains("succeeded");
        assertThat(statuses(charges)).isEqualTo(trueStatuses());
        assertThat(job.number("changed").orElseThrow().intValue()).isPositive();
    }

    @Test
    void an_event_that_is_older_than_the_listing_changes_nothing() {
        Made charges = integrate(KEY);
        ended(charges);
        Map<String, String> before = statuses(charges);

        account.events().stream().limit(200).forEach(event -> host.send(charges.id(), event.body()));
        await().atMost(SOON).until(() -> host.count(organization, "pending") == 0);

        assertThat(statuses(charges)).isEqualTo(before);
    }

    @Test
    void an_internal_address_that_is_not_allowed_is_refused_with_the_remedy() {
        Made charges = host.integrateWith(organization, settings(KEY, "http://10.255.255.1:9"), "stripe_charge_v1")
                .getFirst();

        Json job = ended(charges);

        assertThat(job.text("state")).contains("failed");
        assertThat(job.text("error").orElseThrow()).contains("outbound.allow");
    }

    @Test
    void a_provider_that_is_down_is_waited_for_and_the_job_says_so() {
        api.faults().always(Fault.status(500));
        Made charges = integrate(KEY);

        await().atMost(SOON)
                .until(() -> newest(charges).text("error").orElse("").contains("Stripe answered 500"));
        assertThat(newest(charges).text("state")).contains("running");
        assertThat(newest(charges).text("retry_at")).isPresent();
        api.faults().none();

        assertThat(ended(charges).text("state")).contains("succeeded");
    }

    @Test
    void the_organizations_database_may_be_away_for_a_while() {
        api.faults().latency(Duration.ofMillis(100));
        Made charges = integrate(KEY);
        String database =
                host.asAdministrator(organization, "select current_database()").getFirst();
        await().atMost(SOON)
                .until(() -> newest(charges).number("pages").orElseThrow().intValue() >= 1);

        host.administerServer("alter database \"%s\" allow_connections false".formatted(database));
        host.administerServer(
                "do $$ begin perform pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'; end $$"
                        .formatted(database));
        await().atMost(SOON)
                .until(() -> newest(charges).text("error").orElse("").contains("database is away"));
        host.administerServer("alter database \"%s\" allow_connections true".formatted(database));

        assertThat(ended(charges).text("state")).contains("succeeded");
        assertThat(keys(charges)).isEqualTo(living());
    }

    @Test
    void how_often_it_is_read_again_can_be_chosen() {
        Made charges = integrate(KEY);

        assertThat(schedule(charges)).contains("every 24H");
        post(charges, "schedule", "{\"every\":\"PT6H\"}");
        assertThat(schedule(charges)).contains("every 6H");
        post(charges, "schedule", "{\"every\":\"never\"}");
        assertThat(schedule(charges)).contains("only read when somebody asks");
        post(charges, "schedule", "{\"every\":\"usual\"}");
        assertThat(schedule(charges)).contains("every 24H");
        assertThat(post(charges, "schedule", "{\"every\":\"PT5S\"}").status()).isEqualTo(409);
        assertThat(post(charges, "schedule", "{\"every\":\"daily\"}").status()).isEqualTo(400);
    }

    private static Stream<Fault> faults() {
        return Stream.of(
                Fault.tooManyRequests(),
                Fault.tooManyRequests(Duration.ofSeconds(1)),
                Fault.tooManyRequests(Instant.now().plusSeconds(2)),
                Fault.status(500),
                Fault.status(503),
                Fault.htmlPage(),
                Fault.halfAnswer(),
                Fault.noAnswer());
    }

    private Made integrate(String key) {
        return host.integrateWith(organization, settings(key, api.url().toString()), "stripe_charge_v1")
                .getFirst();
    }

    private static String settings(String key, String url) {
        return """
                {"webhook_secret":"%s","backfill_key":"%s","api_url":"%s","requests_per_second":"1000"}""".formatted(RunningHost.SECRET, key, url);
    }

    private Answer post(Made made, String path, String body) {
        return host.operator(
                "POST", "/organizations/%s/integrations/%s/%s".formatted(organization, made.id(), path), body);
    }

    private Runs runs() {
        return new Runs(host, organization, SOON);
    }

    private List<Json> jobs(Made made) {
        return runs().all(made);
    }

    private String schedule(Made made) {
        return runs().answer(made).text("schedule").orElseThrow();
    }

    private Json newest(Made made) {
        return runs().newest(made);
    }

    private Json ended(Made made) {
        return runs().ended(made);
    }

    private Set<String> living() {
        return new TreeSet<>(account.charges().keySet());
    }

    private Set<String> keys(Made made) {
        return new TreeSet<>(host.sql(organization, "select stripe_id from " + made.table()));
    }

    private Map<String, String> statuses(Made made) {
        return host
                .sql(organization, "select stripe_id, status, data->>'amount_refunded' from " + made.table())
                .stream()
                .collect(Collectors.toMap(ListingTest::key, row -> row));
    }

    private Map<String, String> trueStatuses() {
        return account.charges().values().stream()
                .map(charge -> Stream.of(
                                charge.id(),
                                charge.text("status").orElseThrow(),
                                charge.text("amount_refunded").orElse("NULL"))
                        .collect(Collectors.joining("|")))
                .collect(Collectors.toMap(ListingTest::key, row -> row));
    }

    private static String key(String row) {
        return row.substring(0, row.indexOf('|'));
    }

    private List<String> requests() {
        return api.calls().stream().map(Call::target).toList();
    }

    private static int parts(List<String> requests) {
        return (int) requests.stream()
                .filter(request -> !request.contains("starting_after"))
                .count();
    }
}
