package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What webhooks and pages only name is fetched, and may be gone; and listings that never end do. */
class ReferencedResourcesTest {
    private static final String KEPT = "fixture_kept_v1";
    private static final String DELETED = "fixture_deleted_v1";

    @TempDir
    private Path directory;

    /** With what the provider answers to everything. */
    private final AtomicInteger status = new AtomicInteger(200);

    private HttpServer provider;
    private RunningHost host;

    @BeforeEach
    void start() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", exchange -> {
            byte[] answer = "{\"id\":\"1\"}".getBytes(UTF_8);
            exchange.sendResponseHeaders(status.get(), answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        provider.start();
        TestConnector.named("fixture").members("""
                        static final Setting URL = Setting.apiUrl("https://api.example.com");
                        static final Setting KEY = Setting.apiKey("api_key", "Anywhere.");
                        static Item named(String id, boolean deletable) {
                            Item.Fetch fetch = Item.fetch(context ->
                                context.http().get(context.settings().text(URL) + "/" + id)
                                    .bearer(context.settings().secret(KEY)).send().json());
                            return deletable ? fetch.goneMeansDeleted(id) : fetch;
                        }
                        static Resource thing(String name, boolean deletable, Backfill.Pages pages) {
                            Resource.Builder declared = Resource.named(name, "Thing").settings(URL, KEY).key(text("id"))
                                .columns(timestamp("updated").asOf()).orderedBy("updated")
                                .webhook(Webhook.of(Fixture::verify, (request, body) -> List.of(named("1", deletable))).fetching())
                                .backfill(pages);
                            return (deletable ? declared.deletable() : declared).build();
                        }
                        static Resource listed(String name, Backfill.Pages pages) {
                            return Resource.named(name, "Thing").key(text("id"))
                                .columns(timestamp("updated").asOf()).orderedBy("updated").backfill(pages).build();
                        }
                        static Backfill.Page page(String next) { return Backfill.Page.of(List.of(), Optional.of(next)); }
                        """).resources("""
                        return List.of(
                            thing("fixture_kept_v1", false, (cursor, context) ->
                                Backfill.Page.ofItems(List.of(named("1", false)), Optional.empty())),
                            thing("fixture_deleted_v1", true, (cursor, context) ->
                                Backfill.Page.ofItems(List.of(named("1", true)), Optional.empty())),
                            listed("fixture_endless_v1", (cursor, context) ->
                                page(Integer.toString(Integer.parseInt(cursor.orElse("0")) + 1))),
                            listed("fixture_looping_v1", (cursor, context) -> page(cursor.orElse("").equals("a") ? "b" : "a")));""").writeTo(directory.resolve("connectors/fixture.jar"));
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
    }

    @AfterEach
    void stop() {
        host.close();
        provider.stop(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void what_is_gone_changes_nothing_or_is_deleted_as_declared(int gone) {
        List<Made> made = integrate("gone");
        deliver(made, 1);
        assertThat(rows("gone", made.getFirst())).containsExactly("1");

        status.set(gone);
        deliver(made, 2);

        assertThat(rows("gone", made.getFirst())).containsExactly("1");
        assertThat(deleted("gone", made.getLast())).containsExactly("1");
    }

    @Test
    void what_was_gone_before_it_was_ever_seen_is_settled_too() {
        status.set(404);
        List<Made> made = integrate("never");

        deliver(made, 1);

        assertThat(rows("never", made.getFirst())).isEmpty();
    }

    @Test
    void what_pages_name_may_be_gone_as_well() {
        status.set(404);

        List<Made> made = integrate("pages");

        assertThat(rows("pages", made.getFirst())).isEmpty();
        assertThat(deleted("pages", made.getLast())).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 302})
    void what_the_operator_has_to_mend_is_kept_with_that_reason(int refused) {
        List<Made> made = integrate("refused");
        status.set(refused);

        send(made.getFirst());

        await().until(() -> JsonWriter.write(new Json.Arr(host.webhooks("refused", "pending")))
                        .contains("answered " + refused)
                || JsonWriter.write(new Json.Arr(host.webhooks("refused", "failed")))
                        .contains("answered " + refused));
    }

    @Test
    void what_fetching_needs_is_asked_for_when_the_webhooks_are_set_up() {
        host.operator("POST", "/organizations", "{\"name\":\"early\"}");

        Answer refused = host.operator(
                "POST", "/organizations/early/integrations", "{\"services\":[\"%s\"],\"settings\":{}}".formatted(KEPT));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(JsonWriter.write(refused.json()))
                .contains("missing_settings")
                .contains("Missing: api_key.");
    }

    @Test
    void what_fetching_needs_is_asked_for_step_by_step_too() {
        Person admin = Person.loggedIn(host, "steps@example.com");

        Answer asked = admin.post(admin.own("/service_integrations/create"), Map.of("service_name", KEPT));

        assertThat(asked.json().isTrue("needs_input")).isTrue();
        assertThat(asked.json().text("prompt").orElseThrow()).contains("api key");
    }

    @ParameterizedTest
    @CsvSource({"fixture_endless_v1, 100 empty ones in a row", "fixture_looping_v1, asked for before"})
    void a_listing_that_never_ends_is_stopped(String service, String why) {
        Made endless = host.integrateOpen("endless", service);

        await().until(() -> job("endless", endless).text("state").equals(Optional.of("failed")));

        assertThat(JsonWriter.write(job("endless", endless)))
                .contains("Connector fixture 1.2.3")
                .contains(why)
                .contains("would never end");
    }

    /** Both services, listed once. */
    private List<Made> integrate(String organization) {
        List<Made> made = host.integrateWith(
                organization,
                "{\"api_key\":\"k\",\"api_url\":\"http://127.0.0.1:%d\"}"
                        .formatted(provider.getAddress().getPort()),
                KEPT,
                DELETED);
        for (Made one : made) {
            await().until(() -> job(organization, one).text("state").equals(Optional.of("succeeded")));
        }
        return made;
    }

    /** Sends a webhook and waits until so many are done. */
    private void deliver(List<Made> made, int done) {
        String organization =
                host.platform("select organization.name from organization").getFirst();
        send(made.getFirst());
        await().until(() -> host.count(organization, "done") == done);
    }

    private void send(Made made) {
        assertThat(host.call("POST", "/v1/service_integrations/" + made.id(), "{}".getBytes(UTF_8), Map.of())
                        .status())
                .isEqualTo(202);
    }

    private List<String> rows(String organization, Made made) {
        return host.sql(organization, "select id from %s".formatted(made.table()));
    }

    private List<String> deleted(String organization, Made made) {
        return host.sql(organization, "select id from %s where deleted_at is not null".formatted(made.table()));
    }

    private Json job(String organization, Made made) {
        return host.operator(
                        "GET", "/organizations/%s/integrations/%s/backfills".formatted(organization, made.id()), "")
                .json()
                .items("items")
                .getFirst();
    }
}
