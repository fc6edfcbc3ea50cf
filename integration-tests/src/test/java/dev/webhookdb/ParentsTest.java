package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeObject;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is listed for each row of another table, when such rows are odd, unknown to the provider, or another account's. */
class ParentsTest {
    private static final String ORGANIZATION = "parents";
    private static final String KEY = "rk_test_first";

    @TempDir
    private Path directory;

    private final StripeSimulator account = StripeSimulator.seeded(11)
            .startingAt(Instant.now().minus(Duration.ofDays(1)))
            .wholeBusiness(true);
    private StripeApi api;
    private RunningHost host;
    private Runs runs;

    @BeforeEach
    void start() {
        account.happen(400);
        api = StripeApi.serving(account, KEY);
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
        runs = new Runs(host, ORGANIZATION, Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() {
        host.close();
        api.close();
    }

    @Test
    void rows_that_the_provider_does_not_know_are_refused_one_by_one_whatever_their_ids_look_like() {
        Made customers = integrate(KEY, "stripe_customer_v1").getFirst();
        runs.ended(customers);
        Made methods = integrate(KEY, "stripe_payment_method_v1").getFirst();
        runs.ended(methods);
        List<String> odd = List.of("a b", "a/b?c=d#e", "..", "\u00fc%zz");
        odd.forEach(id -> host.send(
                customers.id(),
                StripeEvents.customer(
                        id, "customer.created", "a@b.co", Instant.now().getEpochSecond(), "evt_" + id)));
        await().until(() -> host.count(ORGANIZATION, "pending") == 0);
        host.administer(ORGANIZATION, "delete from %s".formatted(methods.table()));

        runs.begin(methods, "{\"full\":true}");
        Json job = runs.ended(methods);

        assertThat(job.text("state")).contains("succeeded");
        assertThat(host.sql(ORGANIZATION, "select stripe_id from " + methods.table()))
                .containsExactlyInAnyOrderElementsOf(attached());
        assertThat(job.number("refused").orElseThrow().intValue()).isEqualTo(odd.size());
        assertThat(api.calls()).anySatisfy(call -> assertThat(call.path()).contains("/a b/"));
    }

    @Test
    void of_two_accounts_that_cannot_be_told_apart_neither_is_taken() {
        integrate(KEY, "stripe_customer_v1");
        integrate("rk_test_second", "stripe_customer_v1");
        Made methods = integrate("rk_test_third", "stripe_payment_method_v1").getFirst();

        Json job = runs.ended(methods);

        assertThat(job.text("state")).contains("failed");
        assertThat(job.text("error").orElseThrow()).contains("there are 2 of these integrations", "the same key");
    }

    @Test
    void of_two_accounts_the_one_with_the_same_key_is_taken() {
        integrate("rk_test_other", "stripe_customer_v1");
        Made customers = integrate(KEY, "stripe_customer_v1").getFirst();
        runs.ended(customers);
        Made methods = integrate(KEY, "stripe_payment_method_v1").getFirst();

        assertThat(runs.ended(methods).text("state")).contains("succeeded");
        assertThat(host.sql(ORGANIZATION, "select stripe_id from " + methods.table()))
                .containsExactlyInAnyOrderElementsOf(attached());
    }

    @Test
    void a_key_of_an_account_that_knows_none_of_the_rows_is_a_failure_and_not_an_empty_success() {
        Made customers = integrate(KEY, "stripe_customer_v1").getFirst();
        runs.ended(customers);
        StripeSimulator another =
                StripeSimulator.seeded(12).startingAt(Instant.now().minus(Duration.ofDays(1)));
        another.happen(50);
        try (StripeApi other = StripeApi.serving(another, "rk_test_other")) {
            Made methods = integrate(other, "rk_test_other", "stripe_payment_method_v1")
                    .getFirst();
            Json job = runs.ended(methods);

            assertThat(job.text("state")).contains("failed");
            assertThat(job.text("error").orElseThrow())
                    .contains("lists nothing for any of the", customers.table(), "the account");
        }
    }

    @Test
    void what_is_listed_for_each_row_is_begun_although_the_database_was_away_when_the_rows_had_been_read() {
        Made customers = integrate(KEY, "stripe_customer_v1").getFirst();
        runs.ended(customers);
        Made methods = integrate(KEY, "stripe_payment_method_v1").getFirst();
        runs.ended(methods);
        host.administer(ORGANIZATION, "delete from " + methods.table());
        host.administerPlatform("""
                create function away() returns trigger language plpgsql as
                $$ begin raise exception using errcode = '57P03', message = 'the database is starting up'; end $$""");
        host.administerPlatform(
                "create trigger away before insert on backfill_job for each row when (new.cause = 'parent') execute function away()");

        runs.begin(customers, "{\"full\":true}");
        await().until(() -> host.platform("select 1 from backfill_job where reason like '%starting up%'")
                .contains("1"));
        host.administerPlatform("drop trigger away on backfill_job");
        // it would be tried again in half a minute
        host.administerPlatform("update backfill_job set due_at = clock_timestamp() where reason like '%starting up%'");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(host.sql(ORGANIZATION, "select stripe_id from " + methods.table()))
                        .containsExactlyInAnyOrderElementsOf(attached()));
    }

    private List<Made> integrate(String key, String... services) {
        return integrate(api, key, services);
    }

    private List<Made> integrate(StripeApi provider, String key, String... services) {
        return host.integrateWith(
                ORGANIZATION,
                "{\"webhook_secret\":\"%s\",\"backfill_key\":\"%s\",\"api_url\":\"%s\"}"
                        .formatted(RunningHost.SECRET, key, provider.url()),
                services);
    }

    private List<String> attached() {
        return account.objects("payment_methods").values().stream()
                .filter(method -> method.text("customer")
                        .filter(customer -> !account.customers().get(customer).deleted())
                        .isPresent())
                .map(StripeObject::id)
                .toList();
    }
}
