package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.RunningHost.Made;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One endpoint takes the webhooks of a platform and of the accounts that are connected to it: whose a row is can be told. */
class ConnectedAccountsTest {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String ACCOUNT = "acct_1032D82eZvKYlo2C";

    @TempDir
    private Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final long second = Instant.now().getEpochSecond() - 60;
    private HttpServer stripe;
    private RunningHost host;

    /** An API whose customers are those of the connected account: on behalf of anybody else, there are none. */
    @BeforeEach
    void start() throws IOException {
        stripe = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stripe.createContext("/", exchange -> {
            String account = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Stripe-Account"))
                    .orElse("");
            asked.add(exchange.getRequestURI().getPath() + " " + account);
            boolean single = exchange.getRequestURI().getPath().equals("/v1/customers/cus_1");
            String customers = account.equals(ACCOUNT) ? customer("c@b.co") : "";
            byte[] answer =
                    (single ? customers : "{\"data\":[%s],\"has_more\":false}".formatted(customers)).getBytes(UTF_8);
            exchange.sendResponseHeaders(single && customers.isEmpty() ? 404 : 200, answer.length);
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
    void the_account_is_kept_and_becomes_a_column_of_old_rows_too_for_those_who_want_that() {
        Made charges = integrate("");
        send(charges, connected(StripeEvents.charge("ch_1", "succeeded", second, "evt_1")));
        send(charges, StripeEvents.charge("ch_2", "succeeded", second, "evt_2"));
        settle(2);
        assertThat(host.sql(
                        "connect",
                        "select data -> 'webhookdb' ->> 'account' as account from %s order by stripe_id"
                                .formatted(charges.table())))
                .containsExactly(ACCOUNT, "NULL");
        assertThat(columns(charges)).doesNotContain("account_id");

        host.operator(
                "POST",
                "/organizations/connect/integrations/%s/settings".formatted(charges.id()),
                "{\"settings\":{\"account_column\":\"yes\"}}");

        await().atMost(SOON).until(() -> columns(charges).contains("account_id"));
        send(charges, connected(StripeEvents.charge("ch_3", "succeeded", second, "evt_3")));
        settle(3);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(host.sql(
                                "connect", "select account_id from %s order by stripe_id".formatted(charges.table())))
                        .containsExactly(ACCOUNT, "NULL", ACCOUNT));
        await().atMost(SOON)
                .until(() -> host.asAdministrator(
                                        "connect",
                                        "select indexrelid::text from pg_index where indexrelid = to_regclass('public.%s_account_id_idx') and indisvalid"
                                                .formatted(charges.table()))
                                .size()
                        == 1);
    }

    @Test
    void who_wants_the_column_from_the_start_has_it_from_the_start() {
        Made charges = integrate(",\"account_column\":\"yes\"");

        assertThat(columns(charges)).contains("account_id");
    }

    @Test
    void what_two_events_leave_undecided_is_asked_on_behalf_of_the_account() {
        Made customers = integrate("", "stripe_customer_v1");

        send(customers, connected(StripeEvents.customer("cus_1", "customer.updated", "b@b.co", second, "evt_2")));
        send(customers, connected(StripeEvents.customer("cus_1", "customer.created", "a@b.co", second, "evt_1")));

        settle(2);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(host.sql(
                                "connect",
                                "select email, deleted_at is null as there, data -> 'webhookdb' ->> 'account' as account from "
                                        + customers.table()))
                        .containsExactly("c@b.co|t|" + ACCOUNT));
        assertThat(asked).contains("/v1/customers/cus_1 " + ACCOUNT);
    }

    @Test
    void a_backfill_reads_the_connected_account_that_is_named() {
        Made customers = integrate(
                ",\"account_column\":\"yes\",\"connected_account\":\"%s\"".formatted(ACCOUNT), "stripe_customer_v1");

        host.operator("POST", "/organizations/connect/integrations/%s/backfills".formatted(customers.id()), "{}");

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(host.sql("connect", "select stripe_id, account_id from " + customers.table()))
                                .containsExactly("cus_1|" + ACCOUNT));
    }

    private static String connected(String event) {
        return event.replaceFirst("[{]", "{\"account\":\"%s\",".formatted(ACCOUNT));
    }

    private static String customer(String email) {
        return "{\"id\":\"cus_1\",\"object\":\"customer\",\"created\":1700000000,\"email\":\"%s\"}".formatted(email);
    }

    private List<String> columns(Made made) {
        return host.asAdministrator(
                "connect",
                "select attname from pg_attribute where attrelid = 'public.%s'::regclass and attnum > 0"
                        .formatted(made.table()));
    }

    private Made integrate(String settings, String... services) {
        return host.integrateWith(
                        "connect",
                        "{\"webhook_secret\":\"%s\",\"backfill_key\":\"rk_test_1\",\"api_url\":\"http://127.0.0.1:%d\"%s}"
                                .formatted(
                                        RunningHost.SECRET, stripe.getAddress().getPort(), settings),
                        services.length == 0 ? new String[] {"stripe_charge_v1"} : services)
                .getFirst();
    }

    private void send(Made made, String event) {
        assertThat(host.send(made.id(), event).status()).isEqualTo(202);
    }

    private void settle(int webhooks) {
        await().atMost(SOON).until(() -> host.count("connect", "done") == webhooks);
    }
}
