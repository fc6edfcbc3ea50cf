package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeObject;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P5: what missed webhooks left stale is right again after one reconciliation. */
class HealingTest {
    private static final String KEY = "rk_test_healing";
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String ORGANIZATION = "healing";

    @TempDir
    private Path directory;

    private final StripeSimulator account = StripeSimulator.seeded(11);
    private StripeApi api;
    private RunningHost host;
    private Made charges;
    private Made customers;

    /** An account with a past, of which everything is listed. */
    @BeforeEach
    void start() {
        account.startingAt(Instant.now().minus(Duration.ofDays(1)));
        account.happen(400);
        account.startingAt(Instant.now().plusSeconds(5));
        api = StripeApi.serving(account, KEY);
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
        List<Made> made = host.integrateWith(
                ORGANIZATION,
                "{\"webhook_secret\":\"%s\",\"backfill_key\":\"%s\",\"api_url\":\"%s\"}"
                        .formatted(RunningHost.SECRET, KEY, api.url()),
                "stripe_charge_v1",
                "stripe_customer_v1");
        charges = made.getFirst();
        customers = made.getLast();
        awaitEnd(charges);
        awaitEnd(customers);
    }

    @AfterEach
    void stop() {
        host.close();
        api.close();
    }

    @Test
    void after_a_tenth_of_the_webhooks_was_lost_one_reconciliation_repairs_every_row_and_says_how_many() {
        List<StripeEvent> later = account.happen(600);
        var random = new Random(5);
        List<StripeEvent> delivered =
                later.stream().filter(event -> random.nextInt(10) > 0).toList();
        delivered.forEach(event -> host.send(charges.id(), event.body()));
        await().atMost(SOON).until(() -> host.count(ORGANIZATION, "pending") == 0);
        int stale = differences();
        assertThat(stale).as("webhooks that were lost left something stale").isPositive();
        int before = api.requests();

        long repaired = reconcile(charges) + reconcile(customers);

        assertThat(differences()).isZero();
        assertThat(repaired).isBetween((long) stale, (long) stale * 2);
        assertThat(api.requests() - before).as("only what changed is listed").isLessThanOrEqualTo(20);
        assertThat(reconcile(charges) + reconcile(customers))
                .as("nothing is left to repair")
                .isZero();
    }

    @Test
    void a_deletion_whose_webhook_was_lost_is_found() {
        String gone = account.customers().values().stream()
                .filter(customer -> !customer.deleted())
                .map(StripeObject::id)
                .findFirst()
                .orElseThrow();
        while (!account.customers().get(gone).deleted()) {
            account.happen(50);
        }

        reconcile(customers);

        assertThat(host.sql(
                        ORGANIZATION,
                        "select deleted_at is not null from %s where stripe_id = '%s'"
                                .formatted(customers.table(), gone)))
                .containsExactly("t");
    }

    private int differences() {
        return differences(charges, account.charges()) + differences(customers, account.customers());
    }

    /** Every row against the simulator's own state: its whole data, or that it is deleted; what was deleted before is in no listing. */
    private int differences(Made made, Map<String, StripeObject> objects) {
        String deleted = made.equals(customers) ? "stored.deleted_at is not null" : "false";
        String known = objects.values().stream()
                .map(object -> "('%s', %s, '%s'::jsonb)"
                        .formatted(object.id(), object.deleted(), object.json().replace("'", "''")))
                .collect(Collectors.joining(","));
        return host.sql(ORGANIZATION, """
                        select known.id from (values %s) as known (id, deleted, data)
                        left join %s as stored on stored.stripe_id = known.id
                        where case when known.deleted then stored.pk is not null and not (%s)
                          else stored.data is distinct from known.data end""".formatted(known, made.table(), deleted))
                .size();
    }

    private long reconcile(Made made) {
        runs().begin(made, "{}");
        return awaitEnd(made).number("changed").orElseThrow().longValue();
    }

    private Json awaitEnd(Made made) {
        Json job = runs().ended(made);
        assertThat(job.text("state")).as(job.toString()).contains("succeeded");
        return job;
    }

    private Runs runs() {
        return new Runs(host, ORGANIZATION, SOON);
    }
}
