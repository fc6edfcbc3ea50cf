package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.RunningHost.Made;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Stripe's webhooks alone do not tell is fetched at once, if there is a key: which event came last, and the rest of a long list. */
class UndecidedTest {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String NOTHING = "{\"object\":\"list\",\"data\":[],\"has_more\":false}";

    @TempDir
    private Path directory;

    /** What the API answers, by path with query; to everything else, an empty list. */
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int refusal;
    private HttpServer stripe;
    private RunningHost host;
    private final long second = Instant.now().getEpochSecond() - 60;

    @BeforeEach
    void start() throws IOException {
        stripe = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stripe.createContext("/", exchange -> {
            URI uri = exchange.getRequestURI();
            String wanted =
                    uri.toString().replace("limit=100", "").replace("?&", "?").replaceAll("[?]$", "");
            asked.add(wanted);
            boolean single = answers.containsKey(wanted);
            byte[] answer = answers.getOrDefault(wanted, NOTHING).getBytes(UTF_8);
            exchange.sendResponseHeaders(single && refusal > 0 ? refusal : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        stripe.start();
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterEach
    void stop() {
        host.close();
        stripe.stop(0);
    }

    @Test
    void two_events_of_one_second_that_arrive_reversed_are_decided_by_one_fetch() {
        Made charges = integrate("stripe_charge_v1");
        answers.put("/v1/charges/ch_1", charge("ch_1", "succeeded"));

        send(charges, StripeEvents.charge("ch_1", "succeeded", second, "evt_2"));
        send(charges, StripeEvents.charge("ch_1", "pending", second, "evt_1"));

        settle(2);
        assertStatus(charges, "ch_1", "succeeded");
        assertThat(asked).containsOnlyOnce("/v1/charges/ch_1");
    }

    @Test
    void a_storm_of_events_of_one_second_is_not_a_storm_of_fetches() {
        Made charges = integrate("stripe_charge_v1");
        for (int charge = 0; charge < 5; charge++) {
            answers.put("/v1/charges/ch_" + charge, charge("ch_" + charge, "refunded"));
        }

        for (int event = 0; event < 100; event++) {
            send(charges, StripeEvents.charge("ch_" + event % 5, "status " + event, second, "evt_" + event));
        }

        settle(100);
        for (int charge = 0; charge < 5; charge++) {
            assertStatus(charges, "ch_" + charge, "refunded");
            assertThat(asked).containsOnlyOnce("/v1/charges/ch_" + charge);
        }
    }

    @Test
    void events_of_the_second_that_is_under_way_are_decided_when_it_is_over() {
        Made charges = integrate("stripe_charge_v1");
        answers.put("/v1/charges/ch_1", charge("ch_1", "refunded"));
        long now = Instant.now().getEpochSecond();

        for (int event = 0; event < 20; event++) {
            send(charges, StripeEvents.charge("ch_1", "status " + event, now, "evt_" + event));
        }

        settle(20);
        assertStatus(charges, "ch_1", "refunded");
        assertThat(asked).containsOnlyOnce("/v1/charges/ch_1");
    }

    @Test
    void events_of_one_second_that_say_the_same_are_not_fetched() {
        Made charges = integrate("stripe_charge_v1");

        send(charges, StripeEvents.charge("ch_1", "succeeded", second, "evt_2"));
        send(charges, StripeEvents.charge("ch_1", "succeeded", second, "evt_1"));

        settle(2);
        assertThat(asked).doesNotContain("/v1/charges/ch_1");
    }

    @Test
    void without_a_key_the_later_arrival_wins() {
        Made charges = host.integrate("undecided", "stripe_charge_v1").getFirst();

        send(charges, StripeEvents.charge("ch_1", "succeeded", second, "evt_2"));
        settle(1);
        send(charges, StripeEvents.charge("ch_1", "pending", second, "evt_1"));

        settle(2);
        assertStatus(charges, "ch_1", "pending");
    }

    @Test
    void a_table_of_an_earlier_release_gets_what_it_lacks_when_it_is_used() {
        Made charges = host.integrate("undecided", "stripe_charge_v1").getFirst();
        send(charges, StripeEvents.charge("ch_1", "pending", second, "evt_1"));
        settle(1);
        host.administer(
                "undecided",
                "alter table public.%s drop column _known_at".formatted(charges.table()),
                "alter table webhookdb.change drop column webhook_id, drop column data",
                "drop table webhookdb.sync_window, webhookdb.comparison, webhookdb.listed, webhookdb.skipped, webhookdb.sync_sent",
                "delete from webhookdb.schema_history where version > 2");
        host.administerPlatform("update organization_database set schema_version = 2");
        host.stop();
        host.start();

        send(charges, StripeEvents.charge("ch_1", "succeeded", second, "evt_2"));

        settle(2);
        assertStatus(charges, "ch_1", "succeeded");
    }

    @Test
    void a_key_without_the_permission_is_like_none_and_fails_no_webhook() {
        Made charges = integrate("stripe_charge_v1");
        answers.put("/v1/charges/ch_1", "{\"error\":{\"message\":\"no\"}}");
        refusal = 403;

        send(charges, StripeEvents.charge("ch_1", "succeeded", second, "evt_2"));
        settle(1);
        send(charges, StripeEvents.charge("ch_1", "pending", second, "evt_1"));

        settle(2);
        assertStatus(charges, "ch_1", "pending");
        assertThat(asked).contains("/v1/charges/ch_1");
    }

    @Test
    void what_is_gone_when_it_is_fetched_is_deleted() {
        Made customers = integrate("stripe_customer_v1");
        answers.put("/v1/customers/cus_1", "{\"id\":\"cus_1\",\"object\":\"customer\",\"deleted\":true}");

        send(customers, StripeEvents.customer("cus_1", "customer.updated", "b@b.co", second, "evt_2"));
        send(customers, StripeEvents.customer("cus_1", "customer.created", "a@b.co", second, "evt_1"));

        settle(2);
        assertThat(host.sql("undecided", "select deleted_at is not null from " + customers.table()))
                .containsExactly("t");
    }

    @Test
    void the_lines_of_an_invoice_that_stripe_cut_off_are_fetched_at_once() {
        Made invoices = integrate("stripe_invoice_v1");
        answers.put("/v1/invoices/in_1", invoice(true));
        answers.put("/v1/invoices/in_1/lines?starting_after=il_10", page(entries("il_", 11, 12)));

        send(invoices, StripeEvents.event("evt_1", "invoice.paid", second, invoice(true)));

        settle(1);
        assertThat(lines(invoices)).containsExactly("12|false");
    }

    @Test
    void without_a_key_the_lines_of_the_event_are_stored() {
        Made invoices = host.integrate("undecided", "stripe_invoice_v1").getFirst();
        send(invoices, StripeEvents.event("evt_1", "invoice.paid", second, invoice(true)));
        settle(1);
        assertThat(lines(invoices)).containsExactly("10|true");
    }

    @Test
    void without_the_permission_the_lines_of_the_event_are_stored() {
        Made invoices = integrate("stripe_invoice_v1");
        answers.put("/v1/invoices/in_1", "{\"error\":{\"message\":\"no\"}}");
        refusal = 403;

        send(invoices, StripeEvents.event("evt_1", "invoice.paid", second, invoice(true)));

        settle(1);
        assertThat(lines(invoices)).containsExactly("10|true");
    }

    @Test
    void listed_invoices_have_all_their_lines_too() {
        answers.put("/v1/invoices", page(invoice(true)));
        answers.put("/v1/invoices/in_1/lines?starting_after=il_10", page(entries("il_", 11, 12)));

        Made invoices = integrate("stripe_invoice_v1");

        assertThat(lines(invoices)).containsExactly("12|false");
    }

    @Test
    void the_items_of_a_subscription_that_stripe_cut_off_become_rows_at_once() {
        Made items = integrate("stripe_subscription_v1", "stripe_subscription_item_v1");
        String url = "/v1/subscription_items?subscription=sub_1";
        answers.put("/v1/subscription_items?subscription=sub_1", page(entries("si_", 1, 12)));
        String whole = "{\"id\":\"sub_1\",\"object\":\"subscription\",\"items\":" + page(entries("si_", 1, 12)) + "}";
        answers.put("/v1/subscriptions/sub_1", whole);

        send(
                items,
                StripeEvents.event(
                        "evt_1",
                        "customer.subscription.updated",
                        second,
                        "{\"id\":\"sub_1\",\"object\":\"subscription\",\"items\":%s}"
                                .formatted(list(url, true, entries("si_", 1, 10)))));

        settle(1);
        assertThat(host.sql("undecided", "select count(*) from " + items.table()))
                .containsExactly("12");
    }

    /** The last of the services; all are listed. */
    private Made integrate(String... services) {
        List<Made> made = host.integrateWith(
                "undecided",
                "{\"webhook_secret\":\"%s\",\"backfill_key\":\"rk_test\",\"api_url\":\"http://127.0.0.1:%d\",\"requests_per_second\":\"1000\"}"
                        .formatted(RunningHost.SECRET, stripe.getAddress().getPort()),
                services);
        made.forEach(one -> new Runs(host, "undecided", SOON).ended(one));
        return made.getLast();
    }

    private void send(Made made, String event) {
        assertThat(host.send(made.id(), event).status()).isEqualTo(202);
    }

    private void settle(int done) {
        await().atMost(SOON).until(() -> host.count("undecided", "done") == done);
    }

    private void assertStatus(Made charges, String id, String status) {
        assertThat(host.sql("undecided", "select status from %s where stripe_id = '%s'".formatted(charges.table(), id)))
                .containsExactly(status);
    }

    private List<String> lines(Made invoices) {
        return host.sql(
                "undecided",
                "select jsonb_array_length(data -> 'lines' -> 'data'), data -> 'lines' ->> 'has_more' from "
                        + invoices.table());
    }

    private String charge(String id, String status) {
        return "{\"id\":\"%s\",\"object\":\"charge\",\"created\":%d,\"status\":\"%s\"}".formatted(id, second, status);
    }

    private String invoice(boolean more) {
        return "{\"id\":\"in_1\",\"object\":\"invoice\",\"created\":%d,\"lines\":%s}"
                .formatted(second, list("/v1/invoices/in_1/lines", more, entries("il_", 1, 10)));
    }

    private static String page(String data) {
        return list("/v1/any", false, data);
    }

    private static String list(String url, boolean more, String data) {
        return "{\"object\":\"list\",\"url\":\"%s\",\"has_more\":%s,\"data\":[%s]}".formatted(url, more, data);
    }

    private static String entries(String prefix, int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(number -> "{\"id\":\"%s%d\",\"object\":\"entry\"}".formatted(prefix, number))
                .collect(Collectors.joining(","));
    }
}
