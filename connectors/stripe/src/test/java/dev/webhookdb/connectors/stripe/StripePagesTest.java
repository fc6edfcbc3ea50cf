package dev.webhookdb.connectors.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Backfill.Range;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.testkit.JsonReading;
import dev.webhookdb.testkit.PlainContext;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.Fault;
import dev.webhookdb.testkit.simulator.ManyStripeCharges;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeObject;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of a simulated account hold every object once, and its events lead to the same state. */
class StripePagesTest {
    private static final String KEY = "rk_test_simulated";
    private final Instant opened = Instant.now().minus(Duration.ofDays(2));

    private final StripeSimulator account =
            StripeSimulator.seeded(5).startingAt(opened).wholeBusiness(true);
    private StripeApi api;

    @BeforeEach
    void start() {
        account.happen(2_500);
        api = StripeApi.serving(account, KEY);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        "stripe_balance_transaction_v1, balance_transactions",
        "stripe_charge_v1,              charges",
        "stripe_checkout_session_v1,    checkout/sessions",
        "stripe_coupon_v1,              coupons",
        "stripe_customer_v1,            customers",
        "stripe_dispute_v1,             disputes",
        "stripe_invoice_v1,             invoices",
        "stripe_invoice_item_v1,        invoiceitems",
        "stripe_invoice_payment_v1,     invoice_payments",
        "stripe_payment_intent_v1,      payment_intents",
        "stripe_payout_v1,              payouts",
        "stripe_price_v1,               prices",
        "stripe_product_v1,             products",
        "stripe_refund_v1,              refunds",
        "stripe_subscription_v1,        subscriptions"
    })
    void theListHoldsEveryObjectThatIsNotDeleted(String service, String plural) throws Exception {
        List<Json> listed = resources(context(api.url()).pages(resource(service)));

        assertThat(ids(listed))
                .isNotEmpty()
                .containsExactlyElementsOf(living(plural).reversed());
    }

    @Test
    void everythingIsAskedForAtOneVersion() throws Exception {
        PlainContext context = context(api.url());
        context.pages(StripeCharge.RESOURCE);
        context.since(Instant.now().minus(Duration.ofDays(1))).pages(StripeCharge.RESOURCE);
        StripeCharge.RESOURCE
                .byKey()
                .orElseThrow()
                .fetch(account.charges().keySet().iterator().next(), context);

        assertThat(api.calls())
                .hasSizeGreaterThan(2)
                .allSatisfy(call -> assertThat(call.header("Stripe-Version")).contains(Stripe.VERSION));
    }

    @Test
    void itemsAreListedForEachSubscription() throws Exception {
        List<Json> items = new ArrayList<>();
        for (Json subscription : resources(context(api.url()).pages(StripeSubscription.RESOURCE))) {
            items.addAll(resources(context(api.url()).parent(subscription).pages(StripeSubscriptionItem.RESOURCE)));
        }

        assertThat(ids(items)).containsExactlyInAnyOrderElementsOf(living("subscription_items"));
    }

    @Test
    void paymentMethodsAreListedForEachCustomerAndADeletedOneIsGone() throws Exception {
        List<Json> methods = new ArrayList<>();
        for (StripeObject customer : account.customers().values()) {
            Json parent = new Json.Obj(Map.of("id", new Json.Str(customer.id())));
            PlainContext context = context(api.url()).parent(parent);
            if (customer.deleted()) {
                assertThatThrownBy(() -> context.pages(StripePaymentMethod.RESOURCE))
                        .isInstanceOfSatisfying(
                                ConnectorException.class,
                                failure -> assertThat(failure.reason()).isEqualTo(ConnectorException.Reason.GONE));
            } else {
                methods.addAll(resources(context.pages(StripePaymentMethod.RESOURCE)));
            }
        }

        List<String> attached = account.objects("payment_methods").values().stream()
                .filter(method -> method.text("customer")
                        .filter(customer -> !account.customers().get(customer).deleted())
                        .isPresent())
                .map(StripeObject::id)
                .toList();
        assertThat(ids(methods)).containsExactlyInAnyOrderElementsOf(attached);
    }

    /** Webhooks may be lost altogether: the list of events says the same. What is listed for each parent needs the webhooks. */
    @ParameterizedTest
    @CsvSource({
        "stripe_charge_v1,            charges",
        "stripe_coupon_v1,            coupons",
        "stripe_customer_v1,          customers",
        "stripe_dispute_v1,           disputes",
        "stripe_invoice_v1,           invoices",
        "stripe_invoice_item_v1,      invoiceitems",
        "stripe_payment_intent_v1,    payment_intents",
        "stripe_payment_method_v1,    payment_methods",
        "stripe_payout_v1,            payouts",
        "stripe_price_v1,             prices",
        "stripe_product_v1,           products",
        "stripe_refund_v1,            refunds",
        "stripe_subscription_v1,      subscriptions",
        "stripe_subscription_item_v1, subscription_items"
    })
    void theListOfEventsLeadsToTheStateOfEveryObject(String service, String plural) throws Exception {
        List<Item> items = resource(service).backfill().orElseThrow().parent().isPresent()
                ? account.events().stream()
                        .flatMap(event -> read(resource(service), event))
                        .toList()
                : changes(context(api.url()).since(opened).pages(resource(service)));

        Map<String, Optional<Json>> states = new HashMap<>();
        Map<String, Instant> newest = new HashMap<>();
        for (Item item : items) {
            String id = id(item);
            if (!asOf(item).isBefore(newest.getOrDefault(id, Instant.MIN))) {
                newest.put(id, asOf(item));
                states.put(id, item instanceof Item.Upsert state ? Optional.of(state.resource()) : Optional.empty());
            }
        }
        Map<String, Optional<Json>> expected = new HashMap<>();
        account.objects(plural)
                .forEach((id, object) ->
                        expected.put(id, object.deleted() ? Optional.empty() : Optional.of(json(object.json()))));
        assertThat(states).isNotEmpty().isEqualTo(expected);
    }

    @Test
    void aRecentGapIsReadFromTheEventsAndAnOlderOneFromTheWholeList() throws Exception {
        Instant recent = account.now().minus(Duration.ofHours(1));
        context(api.url()).since(recent).pages(StripeCharge.RESOURCE);
        assertThat(api.calls()).isNotEmpty().allSatisfy(call -> {
            assertThat(call.path()).isEqualTo("/v1/events");
            assertThat(call.parameters("types[]")).contains("charge.captured", "charge.updated");
            assertThat(call.parameter("created[gte]")).contains(Long.toString(recent.getEpochSecond()));
        });

        List<Page> pages = context(api.url())
                .since(Instant.now().minus(Duration.ofDays(30)))
                .pages(StripeCharge.RESOURCE);
        assertThat(ids(resources(pages)))
                .containsExactlyElementsOf(living("charges").reversed());
    }

    @Test
    void aRangeIsListedAndEachPageSaysHowFarItCame() throws Exception {
        Instant from = Instant.ofEpochSecond(account.events().get(600).created());
        Instant to = Instant.ofEpochSecond(account.events().get(1_900).created());

        List<Page> pages = context(api.url())
                .range(Range.of(Optional.of(from), Optional.of(to)))
                .pages(StripeCharge.RESOURCE);

        assertThat(resources(pages))
                .isNotEmpty()
                .allSatisfy(charge ->
                        assertThat(charge.unixSeconds("created").orElseThrow()).isBetween(from, to.minusSeconds(1)));
        assertThat(pages.size()).isGreaterThan(1);
        for (Page page : pages) {
            assertThat(page.reached()).isEqualTo(page.resources().getLast().unixSeconds("created"));
        }
    }

    @Test
    void rangesOfAHugeAccountJoinWithoutGapOrOverlap() throws Exception {
        Instant newest = Instant.parse("2026-06-01T00:00:00Z");
        try (ManyStripeCharges many = ManyStripeCharges.serving(2_345, KEY, newest)) {
            Instant middle = newest.minus(Duration.ofDays(365));
            PlainContext context = context(many.url());
            List<String> ids =
                    new ArrayList<>(ids(resources(context.range(Range.of(Optional.of(middle), Optional.empty()))
                            .pages(StripeCharge.RESOURCE))));
            ids.addAll(ids(resources(context.range(Range.of(Optional.empty(), Optional.of(middle)))
                    .pages(StripeCharge.RESOURCE))));

            assertThat(ids).hasSize(2_345).isSorted().doesNotHaveDuplicates();
            assertThat(ids.getFirst()).isEqualTo(ManyStripeCharges.id(0));
            assertThat(ids.getLast()).isEqualTo(ManyStripeCharges.id(2_344));
        }
    }

    /** What was the last of a page may be deleted before the next is asked for. */
    @ParameterizedTest
    @CsvSource({"1", "2", "3", "150"})
    void aListGoesOnThoughWhereItStoppedWasDeleted(int deleted) throws Exception {
        PlainContext context = context(api.url());
        Page first = StripeCustomer.RESOURCE.backfill().orElseThrow().pages().fetch(Optional.empty(), context);
        List<String> listed = new ArrayList<>(ids(first.resources()));
        List<String> gone = listed.subList(Math.max(0, listed.size() - deleted), listed.size());
        account.deleteCustomers(gone);

        for (Optional<String> next = first.next(); next.isPresent(); ) {
            Page page = StripeCustomer.RESOURCE.backfill().orElseThrow().pages().fetch(next, context);
            listed.addAll(ids(page.resources()));
            next = page.next();
        }

        assertThat(listed).containsAll(living("customers"));
    }

    @Test
    void anotherRefusalOfAPageIsNotTakenForADeletion() throws Exception {
        api.faults().next(1, Fault.status(400));

        assertThatThrownBy(() -> StripeCustomer.RESOURCE
                        .backfill()
                        .orElseThrow()
                        .pages()
                        .fetch(Optional.of("cus_1"), context(api.url())))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining("400");
    }

    @Test
    void aKeyWithoutPermissionIsTheOperatorsBusiness() {
        api.faults().forbid();

        assertThatThrownBy(() -> context(api.url()).pages(StripeCharge.RESOURCE))
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ConnectorException.Reason.SETTINGS));
    }

    private static Resource resource(String service) {
        return new StripeConnector()
                .resources().stream()
                        .filter(resource -> resource.name().equals(service))
                        .findFirst()
                        .orElseThrow();
    }

    private static PlainContext context(URI url) {
        return PlainContext.of(
                PlainSettings.none().with(Stripe.API_URL, url.toString()).with(Stripe.RESTRICTED_KEY, KEY));
    }

    private List<String> living(String plural) {
        return account.objects(plural).values().stream()
                .filter(object -> !object.deleted())
                .map(StripeObject::id)
                .toList();
    }

    private static List<Json> resources(List<Page> pages) {
        return pages.stream().flatMap(page -> page.resources().stream()).toList();
    }

    private static List<Item> changes(List<Page> pages) {
        return pages.stream().flatMap(page -> page.items().stream()).toList();
    }

    private static Stream<Item> read(Resource resource, StripeEvent event) {
        var request = Request.of(Instant.now(), "POST", "https://example.org/", Map.of(), event.bytes());
        return resource.webhook().orElseThrow().reader().read(request, json(event.body())).stream();
    }

    private static List<String> ids(List<Json> resources) {
        return resources.stream()
                .map(resource -> resource.text("id").orElseThrow())
                .toList();
    }

    private static String id(Item item) {
        return switch (item) {
            case Item.Upsert state -> state.resource().text("id").orElseThrow();
            case Item.Delete deletion -> deletion.key();
            case Item.Fetch fetch -> throw new AssertionError(fetch);
        };
    }

    private static Instant asOf(Item item) {
        return switch (item) {
            case Item.Upsert state -> state.asOf();
            case Item.Delete deletion -> deletion.asOf();
            case Item.Fetch fetch -> throw new AssertionError(fetch);
        };
    }

    private static Json json(String text) {
        return JsonReading.read(text);
    }
}
