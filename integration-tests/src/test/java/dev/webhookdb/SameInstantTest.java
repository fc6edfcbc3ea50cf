package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.simulator.ShopifyApi;
import dev.webhookdb.testkit.simulator.ShopifyEvent;
import dev.webhookdb.testkit.simulator.ShopifySimulator;
import dev.webhookdb.testkit.simulator.SimulatedWebhook;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promises P3 and P5 where it is hardest: half of the edits happen in the second of the one before, webhooks arrive in any order, and a
 * quarter of them is lost. After one reconciliation, every row is what the provider has.
 */
class SameInstantTest {
    private static final String KEY = "rk_key_of_the_test";
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.withEveryConnector(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    /** With few events the list of events has one page, with many it has several. */
    @ParameterizedTest
    @ValueSource(ints = {60, 400})
    void every_row_of_stripe_is_right_after_one_reconciliation(int events) {
        var account = StripeSimulator.seeded(events)
                .sameSecondEdits(true)
                .startingAt(Instant.now().plusSeconds(5));
        String organization = "stripe" + events;
        try (var api = StripeApi.serving(account, KEY)) {
            List<Made> made = host.integrateWith(
                    organization,
                    "{\"webhook_secret\":\"%s\",\"backfill_key\":\"%s\",\"api_url\":\"%s\",\"requests_per_second\":\"1000\"}"
                            .formatted(RunningHost.SECRET, KEY, api.url()),
                    "stripe_charge_v1",
                    "stripe_customer_v1");
            made.forEach(one -> ended(organization, one));
            List<StripeEvent> happened = account.happen(events);
            deliver(organization, made.getFirst(), happened, new Random(events));

            made.forEach(one -> reconcile(organization, one));

            assertThat(wrong(
                            organization,
                            made.getFirst(),
                            account.charges().values().stream()
                                    .map(charge -> new Known(charge.id(), charge.deleted(), charge.json()))
                                    .toList()))
                    .isEmpty();
            assertThat(wrong(
                            organization,
                            made.getLast(),
                            account.customers().values().stream()
                                    .map(customer -> new Known(customer.id(), customer.deleted(), customer.json()))
                                    .toList()))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 300})
    void every_row_of_shopify_is_right_after_one_reconciliation(int events) {
        var shop = ShopifySimulator.seeded(events)
                .sameSecondEdits(true)
                .startingAt(Instant.now().plusSeconds(5));
        String organization = "shopify" + events;
        try (var api = ShopifyApi.serving(shop, KEY)) {
            List<Made> made = host.integrateWith(
                    organization,
                    "{\"webhook_secret\":\"%s\",\"backfill_secret\":\"%s\",\"shop_name\":\"acme\",\"api_url\":\"%s\",\"requests_per_second\":\"1000\"}"
                            .formatted(RunningHost.SECRET, KEY, api.url()),
                    "shopify_customer_v1",
                    "shopify_order_v1",
                    "shopify_product_v1");
            made.forEach(one -> ended(organization, one));
            List<ShopifyEvent> happened = shop.happen(events);
            deliver(organization, made.getFirst(), happened, new Random(events));

            made.forEach(one -> reconcile(organization, one));

            for (Made one : made) {
                String kind = one.service().split("_", -1)[1] + "s";
                List<Known> known = shop.resources(kind).values().stream()
                        .map(resource -> new Known(Long.toString(resource.id()), resource.deleted(), resource.json()))
                        .toList();
                assertThat(wrong(organization, one, known)).as(kind).isEmpty();
            }
        }
    }

    /** What a provider has. */
    private record Known(String id, boolean deleted, String json) {}

    /** All but a quarter, in an order that mixes those of a few minutes; deletions, which no list tells, are never lost. */
    private static void deliver(
            String organization, Made endpoint, List<? extends SimulatedWebhook> happened, Random random) {
        List<SimulatedWebhook> delivered = new ArrayList<>();
        for (SimulatedWebhook event : happened) {
            if (random.nextInt(4) > 0 || event.type().endsWith("delete")) {
                delivered.add(event);
            }
        }
        for (int from = 0; from < delivered.size(); from += 6) {
            Collections.shuffle(delivered.subList(from, Math.min(from + 6, delivered.size())), random);
        }
        String path = "/v1/service_integrations/" + endpoint.id();
        Stream.concat(delivered.stream(), delivered.stream().limit(20)).forEach(event -> {
            var signed = event.signed(URI.create(host.url() + path), RunningHost.SECRET, Instant.now());
            assertThat(host.call("POST", path, signed.body().getBytes(StandardCharsets.UTF_8), signed.headers())
                            .status())
                    .isEqualTo(202);
        });
        await().atMost(SOON).until(() -> host.count(organization, "pending") == 0);
        assertThat(host.webhooks(organization, "failed")).isEmpty();
    }

    private static List<String> wrong(String organization, Made made, List<Known> known) {
        String column = made.service().startsWith("stripe") ? "stripe_id" : "shopify_id";
        String deleted = made.service().contains("charge") ? "false" : "stored.deleted_at is not null";
        String values = known.stream()
                .map(one -> "('%s', %s, '%s'::jsonb)"
                        .formatted(one.id(), one.deleted(), one.json().replace("'", "''")))
                .reduce((one, other) -> one + "," + other)
                .orElseThrow();
        return host.sql(organization, """
                select known.id, stored.data, known.data, %4$s from (values %1$s) as known (id, deleted, data)
                left join %2$s as stored on stored.%3$s = known.id
                where case when known.deleted then stored.pk is not null and not (%4$s)
                  else stored.data is distinct from known.data or (%4$s) end""".formatted(values, made.table(), column, deleted));
    }

    private static void reconcile(String organization, Made made) {
        new Runs(host, organization, SOON).begin(made, "{}");
        ended(organization, made);
    }

    private static void ended(String organization, Made made) {
        Json job = new Runs(host, organization, SOON).ended(made);
        assertThat(job.text("state")).as(job.toString()).contains("succeeded");
    }
}
