package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trouble is told to whom an organization named, once a day and cause. */
class AlertsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path directory;

    private static RunningHost host;

    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer receiver;

    private record Told(String path, Map<String, List<String>> headers, String body) {
        Json json() {
            return JsonReader.read(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", this::receive);
        receiver.start();
    }

    @AfterEach
    void listenNoMore() {
        receiver.stop(0);
    }

    @Test
    void rejected_webhooks_are_told_once_with_what_to_do() {
        Person admin = Person.loggedIn(host, "rejecter@example.com");
        Made charges = admin.integrate("stripe_charge_v1");
        create(admin, "http://user:pa%%3Ass@127.0.0.1:%d/alerts?token=t0ken".formatted(port()));

        reject(charges);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).hasSize(1));
        reject(charges);
        waitForAnotherLook(admin);

        assertThat(told).hasSize(1);
        Json notice = told.getFirst().json();
        assertThat(told.getFirst().path()).isEqualTo("/alerts?token=t0ken");
        assertThat(told.getFirst().headers().get("Authorization")).containsExactly("Basic dXNlcjpwYTpzcw==");
        assertThat(notice.text("error_type")).contains("rejected");
        assertThat(notice.text("message")).contains("Webhooks for %s are rejected.".formatted(charges.table()));
        assertThat(notice.text("remedy").orElseThrow())
                .contains("webhookdb integrations reset %s".formatted(charges.id()));
        assertThat(notice.text("organization_key")).contains("rejecter_org");
        assertThat(notice.text("service_integration_name")).contains("stripe_charge_v1");
        assertThat(notice.number("number").orElseThrow()).isEqualByComparingTo("1");
        assertThat(notice.text("details").orElseThrow()).isNotEmpty();
    }

    @Test
    void a_credential_that_does_not_work_and_a_job_that_stopped_and_dead_letters_are_told_apart() {
        Person admin = Person.loggedIn(host, "failing@example.com");
        Made charges = admin.integrate("stripe_charge_v1");
        create(admin, "http://127.0.0.1:%d/".formatted(port()));

        failedJob(charges, "settings", "The key is wrong.");
        failedJob(charges, "unexpected", "The answer is no JSON.");
        host.administerPlatform(
                "insert into webhook_outcome (webhook_id, endpoint_id, received_at, state, reason, attempts) select 1, endpoint_id, now(), 1, 'No table.', 9 from integration where opaque_id = '%s'"
                        .formatted(charges.id()));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(told)
                        .extracting(one -> one.json().text("error_type").orElseThrow() + ": "
                                + one.json().text("details").orElseThrow())
                        .containsExactlyInAnyOrder(
                                "credential: The key is wrong.",
                                "stopped: The answer is no JSON.",
                                "failed: No table."));
    }

    /** Planted: of the one webhook that came the books say that there was another. */
    @Test
    void a_webhook_that_is_missing_is_told_until_the_hour_in_which_it_came_is_replayed() {
        Person admin = Person.loggedIn(host, "loser@example.com");
        Made charges = admin.integrate("stripe_charge_v1");
        create(admin, "http://127.0.0.1:%d/".formatted(port()));
        host.send(charges.id(), StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1"));
        await().untilAsserted(() -> assertThat(admin.ids(charges)).containsExactly("ch_1"));
        assertThat(statistic(admin, charges, "lost")).isEqualTo("0");

        host.administerPlatform("""
                insert into webhook_ledger (endpoint_id, hour, accepted)
                select endpoint_id, date_bin('1 hour', received_at, '2000-01-01 00:00Z'), 1 from webhook where endpoint_id = %s""".formatted(endpoint(charges)));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).hasSize(1));
        Json notice = told.getFirst().json();
        assertThat(notice.text("error_type")).contains("lost");
        assertThat(notice.text("details").orElseThrow())
                .contains("'webhookdb replay --integration %s --state done --since ".formatted(charges.id()));
        assertThat(statistic(admin, charges, "lost")).isEqualTo("1");
        assertThat(admin.get(admin.own("/status")).json().items("problems"))
                .anySatisfy(problem ->
                        assertThat(problem.text("problem").orElseThrow()).startsWith("Lost: 1 of the webhooks from "));

        Instant hour = Instant.parse(host.platform(
                        "select to_char(hour at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from webhook_imbalance where endpoint_id = "
                                + endpoint(charges))
                .getFirst());
        admin.post(
                admin.own("/replay"),
                Map.of(
                        "service_integration_identifier", charges.id(),
                        "state", "done",
                        "after", hour.toString(),
                        "before", hour.plusSeconds(3_600).toString()));

        assertThat(statistic(admin, charges, "lost")).isEqualTo("0");
        assertThat(statistic(admin, charges, "surplus")).isEqualTo("0");
    }

    @Test
    void an_error_handler_that_is_down_is_told_later_with_the_same_id() {
        Person admin = Person.loggedIn(host, "patient@example.com");
        Made charges = admin.integrate("stripe_charge_v1");
        create(admin, "http://127.0.0.1:%d/".formatted(port()));
        refusals.set(2);

        failedJob(charges, "settings", "The key is wrong.");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).hasSize(3));
        assertThat(told)
                .extracting(one -> one.json().text("id").orElseThrow())
                .containsOnly(told.getFirst().json().text("id").orElseThrow());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(host.platform(
                                "select alert_delivery.id from alert_delivery join alert on alert.id = alert_id where alert.organization_id = "
                                        + admin.organization()))
                        .isEmpty());
    }

    @Test
    void sentry_gets_an_envelope_with_an_event() {
        Person admin = Person.loggedIn(host, "sentry@example.com");
        Made charges = admin.integrate("stripe_charge_v1");
        create(admin, "http://%s@127.0.0.1:%d/42".formatted(KEY, port()));

        failedJob(charges, "settings", "The key is wrong.");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).hasSize(1));
        Told envelope = told.getFirst();
        String[] lines = envelope.body().split("\n", -1);
        Json header = JsonReader.read(lines[0].getBytes(StandardCharsets.UTF_8));
        Json item = JsonReader.read(lines[1].getBytes(StandardCharsets.UTF_8));
        Json event = JsonReader.read(lines[2].getBytes(StandardCharsets.UTF_8));
        assertThat(envelope.path()).isEqualTo("/api/42/envelope/");
        assertThat(envelope.headers().get("X-sentry-auth"))
                .singleElement()
                .asString()
                .startsWith("Sentry sentry_version=7")
                .endsWith("sentry_key=" + KEY);
        assertThat(envelope.headers().get("Content-type")).containsExactly("application/x-sentry-envelope");
        assertThat(header.text("event_id").orElseThrow()).matches("[0-9a-f]{32}");
        assertThat(item.text("type")).contains("event");
        assertThat(item.number("length").orElseThrow().intValue())
                .isEqualTo(lines[2].getBytes(StandardCharsets.UTF_8).length);
        assertThat(event.text("event_id")).isEqualTo(header.text("event_id"));
        assertThat(event.text("message", "formatted").orElseThrow()).contains(charges.table());
        assertThat(event.text("tags", "error_type")).contains("credential");
        assertThat(event.items("fingerprint")).hasSize(1);
    }

    @Test
    void error_handlers_are_listed_without_secrets_stored_sealed_and_deleted() {
        Person admin = Person.loggedIn(host, "lister@example.com");
        Person other = Person.loggedIn(host, "other@example.com");

        Answer created = create(admin, "http://user:s3cret@127.0.0.1/hooks/T0123456789ABCDEFGHIJ?key=s3cret2");
        String id = created.json().text("id").orElseThrow();
        Json listed = admin.get(admin.own("/error_handlers")).json();
        Answer foreign = other.post(other.own("/error_handlers/%s/delete".formatted(id)), Map.of());
        Answer deleted = admin.post(admin.own("/error_handlers/%s/delete".formatted(id)), Map.of());

        assertThat(id).startsWith("oeh_");
        assertThat(listed.items("items").getFirst().text("url")).contains("http://***@127.0.0.1/hooks/T012***?key=***");
        assertThat(host.platform(
                        "select subject from audit where action = 'create error handler' and organization_id = "
                                + admin.organization()))
                .containsExactly("http://***@127.0.0.1/hooks/T012***?key=***");
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(admin.get(admin.own("/error_handlers")).json().items("items"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "ftp://example.com/",
                "https://",
                "sentry://example.com/1",
                "http://10.0.0.1/",
                "https://[::1]/",
                "https://169.254.169.254/latest"
            })
    void an_address_that_cannot_be_used_or_may_not_be_reached_is_refused(String url) {
        Person admin = Person.loggedIn(host, "refused@example.com");

        Answer refused = create(admin, url);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().items("error", "field_errors", "url")).hasSize(1);
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        told.add(new Told(exchange.getRequestURI().toString(), Map.copyOf(exchange.getRequestHeaders()), body));
        exchange.sendResponseHeaders(refusals.getAndDecrement() > 0 ? 503 : 200, -1);
        exchange.close();
    }

    private int port() {
        return receiver.getAddress().getPort();
    }

    private static Answer create(Person person, String url) {
        return person.post(person.own("/error_handlers/create"), Map.of("url", url));
    }

    private void reject(Made made) {
        assertThat(host.send(made.id(), "{}".getBytes(StandardCharsets.UTF_8), "whsec_wrong")
                        .status())
                .isEqualTo(401);
    }

    private void failedJob(Made made, String failure, String error) {
        host.administerPlatform(
                "insert into backfill_job (opaque_id, integration_id, organization_id, cause, state, failure, reason, finished_at) select 'bfj_%1$s_%2$s', id, organization_id, 'user', 'failed', '%2$s', '%3$s', now() from integration where opaque_id = '%1$s'"
                        .formatted(made.id(), failure, error));
    }

    private static String statistic(Person person, Made made, String name) {
        return person.get(person.own("/service_integrations/%s/stats".formatted(made.id())))
                .json()
                .number(name)
                .orElseThrow()
                .toPlainString();
    }

    private static String endpoint(Made made) {
        return host.platform("select endpoint_id from integration where opaque_id = '%s'".formatted(made.id()))
                .getFirst();
    }

    /** Another trouble is told by the same look that would have told the first one twice. */
    private void waitForAnotherLook(Person person) {
        Made other = person.integrate("stripe_refund_v1");
        failedJob(other, "settings", "Another trouble.");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(told).anyMatch(one -> one.body().contains("Another")));
        told.removeIf(one -> one.body().contains("Another"));
    }
}
