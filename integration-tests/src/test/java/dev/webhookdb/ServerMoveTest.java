package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator moves an organization from one server to another, and nobody who uses it notices more than a short pause. */
class ServerMoveTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String CHARGE = "stripe_charge_v1";
    private static final Pattern ID = Pattern.compile("ch_\\d+_\\d+");
    private static final int SENDERS = 4;

    /** So that all of them together send 200 in a second. */
    private static final long PAUSE_MILLIS = 20;

    @TempDir
    private Path directory;

    private final ServerAddress first = configured(TestPostgres.server());
    private final ServerAddress second = configured(TestPostgres.freshAddressOutside());
    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private final List<Future<?>> sending = new ArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private RunningHost host;
    private Receiver told;
    private Receiver synced;
    private Person person;

    @BeforeEach
    void start() {
        told = new Receiver();
        synced = new Receiver();
        host = RunningHost.start(
                directory,
                Map.of(
                        "WEBHOOKDB_DATABASE_SERVERS",
                        "%s,%s".formatted(url(first), url(second)),
                        "WEBHOOKDB_OUTBOUND_ALLOW",
                        "127.0.0.0/8"));
        person = Person.loggedIn(host, "mover@example.com");
    }

    @AfterEach
    void stop() {
        host.close();
        told.close();
        synced.close();
    }

    @Test
    void every_acknowledged_webhook_is_a_row_a_notification_and_in_a_page_there_and_back_again() throws Exception {
        Made charges = person.integrate(CHARGE);
        Answer subscribed = person.post(
                person.own("/webhook_subscriptions/create"),
                Map.of(
                        "service_integration_identifier",
                        charges.id(),
                        "url",
                        told.url(),
                        "webhook_secret",
                        "webhook_secret123"));
        Answer syncing = person.post(
                person.own("/sync_targets/http/create"),
                Map.of(
                        "service_integration_identifier",
                        charges.table(),
                        "connection_url",
                        synced.url().replace("//", "//user:password@"),
                        "period_seconds",
                        "1"));
        ScheduledExecutorService senders = sending(charges);
        arrived(100);

        Answer moving = move(second);
        await().atMost(PATIENCE).until(() -> status().equals("finished"));
        int arrivedThere = acknowledged.size();
        arrived(arrivedThere + 200);
        String there = cluster();
        Answer back = move(first);
        await().atMost(PATIENCE).until(() -> status().equals("finished"));
        arrived(acknowledged.size() + 200);
        senders.shutdown();
        assertThat(senders.awaitTermination(1, TimeUnit.MINUTES)).isTrue();

        assertThat(List.of(subscribed.status(), syncing.status(), moving.status(), back.status()))
                .containsOnly(200);
        // not ended by an exception
        assertThat(sending).allMatch(Future::isCancelled);
        assertThat(refused).hasValue(0);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stored(charges)).isEqualTo(all()));
        assertThat(there).isNotEqualTo(cluster());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ids(told)).containsExactlyInAnyOrderElementsOf(all()));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(new TreeSet<>(ids(synced))).isEqualTo(all()));
        assertThat(host.platform("select count(*) from database_migration where sealed_url is not null"))
                .containsExactly("0");
        assertThat(host.platform(
                        "select action || ' ' || subject from audit where action = 'move organization' order by id"))
                .containsExactly(
                        "move organization mover_org to " + second.name(),
                        "move organization mover_org to " + first.name());
    }

    @Test
    void the_operator_sees_where_organizations_are_and_nobody_else_does() {
        Answer operated = host.call(
                "GET",
                "/v1/me/organization_memberships",
                new byte[0],
                Map.of("Authorization", "Bearer " + host.operatorToken()));
        Answer member = person.get("/v1/me/organization_memberships");

        assertThat(operated.json().items("result", "memberships"))
                .extracting(one -> one.text("server").orElseThrow())
                .containsExactly(first.name());
        assertThat(member.json().items("result", "memberships"))
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.text("server")).isEmpty());
        assertThat(host.operator("GET", "/organizations", "").json().items("items"))
                .extracting(one -> one.text("server").orElseThrow())
                .containsExactly(first.name());
    }

    @Test
    void the_operator_chooses_a_server_and_others_are_told_that_they_cannot() {
        Answer chosen = create(Map.of("Authorization", "Bearer " + host.operatorToken()), "server", second.name());
        Answer unknown = create(Map.of("Authorization", "Bearer " + host.operatorToken()), "tags", "asia");
        Answer member = create(person.headers(), "server", second.name());

        assertThat(chosen.status()).isEqualTo(200);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().text("error", "message"))
                .contains("No server in database.servers has the tag 'asia'. None has any tag.");
        assertThat(member.status()).isEqualTo(400);
        assertThat(member.json().text("error", "message").orElseThrow()).startsWith("Only the operator chooses");
        assertThat(
                        host.platform(
                                "select key || ' ' || server from organization_database join organization on id = organization_id where key = 'elsewhere'"))
                .containsExactly("elsewhere " + second.name());
        assertThat(host.platform("select count(*) from organization")).containsExactly("2");
    }

    @Test
    void files_say_where_organizations_are_created_and_do_not_move_them() {
        Answer unknown = files("plan", "organization: {name: Declared, tags: [asia]}");
        Answer there = files("apply", "organization: {name: Declared, server: '%s'}".formatted(second.name()));
        Answer again = files("plan", "organization: {name: Declared, server: '%s'}".formatted(first.name()));

        assertThat(JsonWriter.write(unknown.json())).contains("No server in database.servers has the tag 'asia'.");
        assertThat(there.status()).isEqualTo(200);
        assertThat(
                        host.platform(
                                "select server from organization_database join organization on id = organization_id where key = 'declared'"))
                .containsExactly(second.name());
        assertThat(again.status()).isEqualTo(200);
        assertThat(JsonWriter.write(again.json())).doesNotContain(first.name());
    }

    private Answer files(String what, String document) {
        return host.operator("POST", "/config/" + what, "{\"documents\":[{\"yaml\":\"%s\"}]}".formatted(document));
    }

    @Test
    void a_move_that_cannot_be_is_refused_and_one_that_is_only_asked_about_is_not_begun() {
        Answer dry = host.operator(
                "POST",
                "/organizations/mover_org/move",
                "{\"server\":\"%s\",\"dry_run\":true}".formatted(second.name()));
        Answer unknown = host.operator("POST", "/organizations/mover_org/move", "{\"server\":\"elsewhere\"}");
        Answer same = move(first);
        Answer nowhere = host.operator("POST", "/organizations/mover_org/move", "{}");
        person.post(person.own("/close"), Map.of("guard_confirm", "y", "confirm", "mover_org"));
        Answer closed = move(second);

        assertThat(dry.json().text("message").orElseThrow()).contains("would move from " + first.name());
        assertThat(unknown.json().text("error", "message").orElseThrow())
                .isEqualTo("There is no server 'elsewhere' in database.servers. There is %s, %s."
                        .formatted(first.name(), second.name()));
        assertThat(same.json().text("error", "message").orElseThrow()).contains("is on the server");
        assertThat(nowhere.status()).isEqualTo(400);
        assertThat(List.of(closed.status())).containsExactly(409);
        assertThat(closed.json().text("error", "message").orElseThrow()).contains("is closed");
        assertThat(host.platform("select count(*) from database_migration")).containsExactly("0");
    }

    private Answer move(ServerAddress server) {
        return host.operator("POST", "/organizations/mover_org/move", "{\"server\":\"%s\"}".formatted(server.name()));
    }

    private Answer create(Map<String, String> headers, String name, String value) {
        return host.call(
                "POST",
                "/v1/organizations/create",
                "{\"name\":\"Elsewhere\",\"%s\":\"%s\"}".formatted(name, value).getBytes(StandardCharsets.UTF_8),
                headers);
    }

    private String status() {
        Json latest =
                person.get(person.database("/migrations")).json().items("items").getFirst();
        return latest.text("status").orElseThrow();
    }

    /** Several senders at a steady pace, each of charges of its own. */
    private ScheduledExecutorService sending(Made charges) {
        ScheduledExecutorService senders = Executors.newScheduledThreadPool(SENDERS);
        for (int sender = 0; sender < SENDERS; sender++) {
            var next = new AtomicInteger();
            int number = sender;
            sending.add(senders.scheduleAtFixedRate(
                    () -> send(charges, "ch_%d_%d".formatted(number, next.getAndIncrement())),
                    0,
                    PAUSE_MILLIS,
                    TimeUnit.MILLISECONDS));
        }
        return senders;
    }

    private void send(Made charges, String id) {
        int status = host.send(charges.id(), StripeEvents.charge(id, "succeeded", 1_700_000_000, "evt_" + id))
                .status();
        if (status == 202) {
            acknowledged.add(id);
        } else {
            refused.incrementAndGet();
        }
    }

    private void arrived(int count) {
        await().atMost(PATIENCE).until(() -> acknowledged.size() >= count);
    }

    private Set<String> all() {
        return new TreeSet<>(acknowledged);
    }

    /** What is in the table, as a member sees it who connects with the URL of the moment. */
    private Set<String> stored(Made charges) {
        try (Database database = TestPostgres.open(person.address())) {
            return database.transaction(session ->
                    session.sql("select stripe_id from " + charges.table()).list(row -> row.text("stripe_id")).stream()
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    private String cluster() {
        ServerAddress address = person.address();
        return "%s:%d".formatted(address.host(), address.port());
    }

    /** What somebody was told or sent; a request with the id of one before is the same one again. */
    private static List<String> ids(Receiver receiver) {
        Map<String, String> requests = receiver.told().stream()
                .collect(Collectors.toMap(one -> one.header("webhook-id"), Receiver.Told::body, (one, again) -> one));
        return requests.values().stream()
                .flatMap(body ->
                        ID.matcher(body).results().map(result -> result.group()).distinct())
                .toList();
    }

    /** As the host reads it from its configuration, which gives it no name. */
    private static ServerAddress configured(ServerAddress address) {
        return ServerAddress.parse(url(address));
    }

    private static String url(ServerAddress address) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(
                        address.username(),
                        address.password().reveal(),
                        address.host(),
                        address.port(),
                        address.database());
    }
}
