package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.account.Access;
import dev.webhookdb.account.Actor;
import dev.webhookdb.account.ApiTokens;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.account.Sessions;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.declare.Ownership;
import dev.webhookdb.integration.ColumnFiller;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.notify.EventTypes;
import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.Subscription;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Status;
import dev.webhookdb.notify.Subscriptions;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the routes show of deliveries and have done with them, whatever sends them. */
class DeliveryRoutesTest {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private static Path directory;

    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;
    private static ConnectorRegistry connectors;
    private static Remembered outbox;
    private static Listener server;
    private static String token;
    private static Organization organization;
    private static Subscription subscription;

    private record Answer(int status, String body) {
        Json json() {
            return JsonReader.read(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @BeforeAll
    static void open() throws IOException {
        platform = TestPostgres.platform();
        databases = new OrganizationDatabases(platform.database(), platform.servers(), new ReversingSealer());
        connectors = ConnectorRegistry.open(directory);
        Integrations integrations = new Integrations(
                platform.database(),
                new ReversingSealer(),
                connectors,
                new Tables(databases::open, connectors, new ColumnFiller(new BackgroundTasks())));
        Subscriptions subscriptions = new Subscriptions(
                platform.database(),
                new ReversingSealer(),
                integrations,
                new EventTypes(connectors),
                url -> Optional.empty(),
                (of, integration, condition) -> {},
                id -> {});
        organization = new Organization(TestPostgres.organization(platform, "acme"), "acme", "acme");
        subscription = subscriptions.create(
                new Actor.Operator("192.0.2.1"),
                organization,
                Optional.empty(),
                new Subscriptions.Terms(
                        "https://example.com",
                        new Filter(List.of("*"), List.of(), Optional.empty(), List.of()),
                        Manner.STANDARD,
                        Status.ACTIVE),
                Optional.empty());
        outbox = new Remembered();
        Path file = directory.resolve("operator-token");
        Organizations organizations = new Organizations(platform.database(), databases);
        RequestAuthorizer members = new RequestAuthorizer(
                OperatorToken.open(file),
                new Sessions(platform.database(), Clock.systemUTC()),
                new ApiTokens(platform.database(), Clock.systemUTC()),
                new Access(platform.database(), organizations),
                new OwnedByFiles(new Ownership(platform.database())));
        token = Files.readString(file).strip();
        Audit audit = new Audit(platform.database());
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        server = new Api(
                        MemoryBudgets.ofHeap(),
                        new BackgroundTasks(),
                        1 << 20,
                        new NotificationDeliveryRoutes(members, subscriptions, outbox, audit, clock),
                        new WebhookApiRoutes(members, integrations, subscriptions, outbox, audit, clock))
                .listen("127.0.0.1", 0, address -> false);
    }

    @AfterAll
    static void close() {
        server.close();
        connectors.close();
        databases.close();
        platform.close();
    }

    @BeforeEach
    void forget() {
        outbox.asked.clear();
        outbox.tried = new Outbox.Tried("evt_test_123", true, OptionalInt.of(200), "OK", Optional.empty(), 12);
    }

    @Test
    void deliveries_have_the_fields_of_the_manual_first() throws Exception {
        Answer page = api("GET", "/deliveries?limit=1", "");

        assertThat(page.body()).startsWith("""
                {"data":[{"id":"del_2s","event_id":"evt_100","status":"delivered","response_code":200,"response_time_ms":145,"created_at":"2026-01-31T15:30:00Z",""");
    }

    @Test
    void pages_follow_each_other_until_there_are_no_more() throws Exception {
        List<String> seen = new ArrayList<>();
        String before = "";
        do {
            Json page = api("GET", "/deliveries?limit=40" + before, "").json();
            page.items("data").forEach(one -> seen.add(one.text("id").orElseThrow()));
            before = page.text("next")
                    .filter(next -> !next.isEmpty())
                    .map(next -> "&before=" + next)
                    .orElse("");
        } while (!before.isEmpty());

        assertThat(seen)
                .hasSize(100)
                .doesNotHaveDuplicates()
                .startsWith("del_2s")
                .endsWith("del_1");
        api("GET", "/deliveries?status=failed&type=user.created&before=del_z", "");
        assertThat(outbox.asked).last().isEqualTo("list failed user.created 35 50");
    }

    @Test
    void one_delivery_has_its_attempts_and_can_be_tried_again() throws Exception {
        Json one = api("GET", "/deliveries/del_7", "").json();
        Answer retried = api("POST", "/deliveries/del_7/retry", "");

        assertThat(one.items("tried").getFirst().text("response_body")).contains("no");
        assertThat(one.items("tried").getFirst().text("request_id")).contains("req_1");
        assertThat(retried.status()).isEqualTo(200);
        assertThat(retried.json().text("id")).contains("del_7");
        assertThat(outbox.asked).contains("retry operator del_7");
        assertThat(api("GET", "/deliveries/del_zz", "").status()).isEqualTo(404);
        assertThat(api("POST", "/deliveries/del_zz/retry", "").status()).isEqualTo(404);
        assertThat(terminal("/deliveries/del_zz/retry", "{}").status()).isEqualTo(403);
    }

    @Test
    void a_test_is_answered_with_what_the_receiver_answered() throws Exception {
        assertThat(api("POST", "/test", "").body()).startsWith("""
                        {"id":"evt_test_123","status":"delivered","response_code":200,"response_body":"OK",""");
        assertThat(message(terminal("/test", "{}"))).isEqualTo("A test event has been sent to https://example.com.");

        outbox.tried = new Outbox.Tried("evt_t", false, OptionalInt.of(500), "no", Optional.of("It failed."), 3);
        assertThat(api("POST", "/test", "").json().text("status")).contains("failed");
        assertThat(message(terminal("/test", "{}"))).contains("which answered with the status 500");

        outbox.tried = new Outbox.Tried("evt_t", false, OptionalInt.empty(), "", Optional.of("It timed out."), 3);
        assertThat(api("POST", "/test", "").status()).isEqualTo(200);
        assertThat(terminal("/test", "{}").status()).isEqualTo(400);
        assertThat(terminal("/test", "{}").json().text("error", "message").orElseThrow())
                .endsWith("It timed out.");
    }

    @Test
    void a_replay_says_how_many_there_are_before_it_begins() throws Exception {
        Answer asked = terminal("/replay", "{\"since\":\"2026-01-31\"}");
        Json step = asked.json().at("error", "state_machine_step");

        assertThat(asked.status()).isEqualTo(422);
        assertThat(step.text("output").orElseThrow()).contains("12 events", "2026-01-31T00:00:00Z", NOW.toString());
        assertThat(outbox.asked).noneMatch(one -> one.startsWith("replay"));

        Answer begun = terminal(
                "/replay", """
                {"since":"2026-01-31","until":"%s","guard_confirm":"\\n"}""".formatted(step.text("post_params", "until").orElseThrow()));

        assertThat(message(begun)).isEqualTo("12 events are being sent to https://example.com once more.");
        assertThat(outbox.asked).last().isEqualTo("replay 2026-01-31T00:00:00Z " + NOW);
        assertThat(new Audit(platform.database())
                        .newest(organization.id(), Long.MAX_VALUE, 1)
                        .getFirst()
                        .action())
                .isEqualTo("replay notifications");
    }

    @Test
    void a_program_can_count_before_it_replays() throws Exception {
        Answer counted = api("POST", "/replay", "{\"since\":\"2026-01-31\",\"dry_run\":true}");
        assertThat(counted.json().number("count").orElseThrow()).isEqualByComparingTo("12");
        assertThat(outbox.asked).noneMatch(one -> one.startsWith("replay"));

        api("POST", "/replay", "{\"since\":\"2026-01-31\",\"until\":\"2026-01-31T12:00:00Z\"}");
        assertThat(outbox.asked).last().isEqualTo("replay 2026-01-31T00:00:00Z 2026-01-31T12:00:00Z");

        for (String wrong : List.of("{}", "{\"since\":\"2026-02-02\"}")) {
            assertThat(api("POST", "/replay", wrong).status()).as(wrong).isEqualTo(422);
        }
        assertThat(api("POST", "/replay", "{\"since\":7}").status()).isEqualTo(400);
    }

    @Test
    void all_that_failed_can_be_tried_again() throws Exception {
        assertThat(api("POST", "/retry", "").json().number("count").orElseThrow())
                .isEqualByComparingTo("3");
        assertThat(message(terminal("/retry", "{}"))).isEqualTo("3 failed deliveries are tried again.");
    }

    @Test
    void how_it_is_doing_is_shown_with_it() throws Exception {
        Json numbers = api("GET", "", "").json().at("delivery");

        assertThat(JsonWriter.write(numbers)).isEqualTo("""
                        {"waiting":4,"oldest_seconds":60,"success_rate":0.667,"response_time_p50_ms":20,"response_time_p99_ms":null,"breaker":"open","next_attempt_at":"2026-02-01T00:00:00Z"}""");
    }

    private static String message(Answer answer) {
        return answer.json().text("message").orElseThrow(() -> new AssertionError(answer.body()));
    }

    private static Answer api(String method, String path, String body) throws Exception {
        String separator = path.contains("?") ? "&" : "?";
        return call(
                method,
                "/v1/webhooks/%s%s%sorganization=acme".formatted(subscription.opaqueId(), path, separator),
                body);
    }

    private static Answer terminal(String path, String body) throws Exception {
        return call(
                "POST",
                "/v1/organizations/acme/webhook_subscriptions/%s%s".formatted(subscription.opaqueId(), path),
                body);
    }

    private static Answer call(String method, String path, String body) throws Exception {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)))
                        .header("Authorization", "Bearer " + token)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    /** An outbox of a hundred deliveries, which remembers what it was asked. */
    private static final class Remembered implements Outbox {
        private final List<String> asked = new ArrayList<>();
        private Tried tried;

        @Override
        public Tried test(Subscription one) {
            return tried;
        }

        @Override
        public List<Sent> list(
                Subscription one, Optional<String> status, Optional<String> type, long before, int limit) {
            asked.add("list %s %s %d %d".formatted(status.orElse(""), type.orElse(""), before, limit));
            return LongStream.iterate(100, number -> number > 0, number -> number - 1)
                    .filter(number -> number < before)
                    .limit(limit)
                    .mapToObj(Remembered::sent)
                    .toList();
        }

        @Override
        public Optional<Sent> find(Subscription one, String id) {
            return id.equals("del_7") ? Optional.of(sent(7)) : Optional.empty();
        }

        @Override
        public List<Attempt> attempts(Sent delivery) {
            return List.of(new Attempt(
                    1, NOW, 145, OptionalInt.of(500), Optional.of("req_1"), Optional.of("It failed."), "no"));
        }

        @Override
        public void retry(Actor actor, Subscription one, Sent delivery) {
            asked.add("retry %s %s".formatted(actor.name(), delivery.id()));
        }

        @Override
        public long retryFailed(Actor actor, Subscription one) {
            return 3;
        }

        @Override
        public Numbers numbers(Subscription one) {
            return new Numbers(
                    4, 60, Optional.of(2.0 / 3), OptionalInt.of(20), OptionalInt.empty(), "open", Optional.of(NOW));
        }

        @Override
        public long count(Subscription one, Instant since, Instant until) {
            return 12;
        }

        @Override
        public long replay(Subscription one, Instant since, Instant until) {
            asked.add("replay %s %s".formatted(since, until));
            return 12;
        }

        private static Sent sent(long number) {
            return new Sent(
                    "del_" + Long.toString(number, 36),
                    "evt_" + number,
                    "user.created",
                    "delivered",
                    false,
                    1,
                    OptionalInt.of(200),
                    OptionalInt.of(145),
                    Optional.empty(),
                    Instant.parse("2026-01-31T15:30:00Z"),
                    Optional.empty(),
                    Optional.empty());
        }
    }
}
