package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.spi.Json;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A newer connector takes the place of an older one while the host works, and nobody who sends, lists or reads notices but by what is new. */
class ReplacedConnectorTest {
    private static final String ORGANIZATION = "replaced";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PAGES = 80;
    private static final String COLUMNS = ".columns(timestamp(\"updated\").asOf(), integer(\"size\"))";

    @TempDir
    private Path directory;

    private RunningHost host;

    @BeforeEach
    void start() {
        install("1.0.0", COLUMNS, "fixture_thing_v1");
        host = RunningHost.start(directory, Map.of());
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void every_webhook_is_answered_and_stored_and_a_listing_goes_on_with_its_next_page() {
        Made things = host.integrateOpen(ORGANIZATION, "fixture_thing_v1");
        host.operator("POST", backfills(things), "{}");
        var stopped = new AtomicBoolean();
        var sent = new AtomicInteger();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            while (!stopped.get()) {
                send(things, "sent_" + sent.incrementAndGet(), 1);
            }
        });
        await().atMost(SOON)
                .until(() -> newest(things).number("pages").orElseThrow().intValue() >= 3);

        install("2.0.0", COLUMNS + ".columns(text(\"by\"))", "fixture_thing_v1");

        await().atMost(SOON).until(() -> fixture().text("version").orElse("").equals("2.0.0"));
        assertThat(newest(things).text("state")).as("the listing is under way").contains("running");
        int known = sent.get();
        await().atMost(SOON).until(() -> sent.get() >= known + 100);
        stopped.set(true);
        sending.join();

        await().atMost(SOON).until(() -> newest(things).text("state").orElse("").equals("succeeded"));
        assertThat(newest(things).number("pages").orElseThrow().intValue())
                .as("each page once")
                .isEqualTo(PAGES);
        assertThat(jobs(things)).hasSize(1);
        await().atMost(SOON).until(() -> host.count(ORGANIZATION, "done") == sent.get());
        await().atMost(SOON).until(() -> notes().isEmpty());
        assertThat(rows("select count(*) from %s where id like 'sent_%%'", things))
                .containsExactly(Integer.toString(sent.get()));
        assertThat(rows("select count(*) from %s where id like 'page_%%'", things))
                .containsExactly(Integer.toString(PAGES));
        assertThat(rows("select distinct by from %s where id like 'page_%%' order by by", things))
                .containsExactly("1.0.0", "2.0.0");
        assertThat(rows("select count(*) from %s where by is distinct from data ->> 'by'", things))
                .containsExactly("0");
        assertThat(rows("select by from %s where id = 'sent_" + sent.get() + "'", things))
                .containsExactly("2.0.0");
        await().atMost(SOON).untilAsserted(() -> {
            System.gc();
            assertThat(loader("1.0.0").refersTo(null))
                    .as("nothing of the older one is kept")
                    .isTrue();
        });
        assertThat(loader("2.0.0").refersTo(null)).isFalse();
    }

    @Test
    void columns_come_and_become_wider_without_a_webhook_and_without_a_restart() {
        Made things = host.integrateOpen(ORGANIZATION, "fixture_thing_v1");
        send(things, "large", 5_000_000_000L);
        await().until(() -> host.count(ORGANIZATION, "done") == 1);
        assertThat(rows("select size from %s where id = 'large'", things)).containsExactly("NULL");

        install("2.0.0", COLUMNS.replace("integer", "bigint") + ".columns(text(\"by\").index())", "fixture_thing_v1");

        await().atMost(SOON).untilAsserted(() -> assertThat(columns(things)).contains("size bigint", "by text"));
        await().atMost(SOON).until(() -> notes().isEmpty());
        assertThat(rows("select size || ' ' || by from %s where id = 'large'", things))
                .containsExactly("5000000000 1.0.0");
    }

    @Test
    void one_that_lacks_a_used_service_or_breaks_a_promise_is_not_used_and_the_report_says_why() {
        Made things = host.integrateOpen(ORGANIZATION, "fixture_thing_v1");

        install("2.0.0", COLUMNS, "fixture_other_v1");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(note())
                        .contains("fixture 2.0.0 lies there now, and is not used")
                        .contains("It lacks the service 'fixture_thing_v1', which an integration uses."));

        install("2.1.0", COLUMNS.replace("integer", "text"), "fixture_thing_v1");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(note())
                        .contains("fixture 2.1.0 lies there now, and is not used")
                        .contains("The column 'size' of the service 'fixture_thing_v1' is INTEGER"));
        assertThat(fixture().text("version")).contains("1.0.0");
        send(things, "still", 1);
        await().until(() -> host.count(ORGANIZATION, "done") == 1);

        install("2.2.0", COLUMNS, "fixture_thing_v1");
        await().atMost(SOON).until(() -> fixture().text("version").orElse("").equals("2.2.0"));
        assertThat(fixture().items("notes")).isEmpty();
    }

    /** A connector that writes its version into what it reads and lists, and lists a page in a tenth of a second. */
    private void install(String version, String columns, String service) {
        TestConnector.named("fixture")
                .manifest("Connector-Version", version)
                .constructor(
                        "System.getProperties().put(\"fixture-%s\", new java.lang.ref.WeakReference<>(Fixture.class.getClassLoader()));"
                                .formatted(version))
                .members("""
                        static Json by(Json body, String id) {
                            Map<String, Json> fields = new TreeMap<>(body instanceof Json.Obj(Map<String, Json> known) ? known : Map.of());
                            if (!id.isEmpty()) fields.put("id", new Json.Str(id));
                            fields.put("by", new Json.Str("%s"));
                            return new Json.Obj(fields);
                        }""".formatted(version))
                .resources("""
                        return List.of(Resource.named("%s", "Thing").key(text("id"))%s.orderedBy("updated")
                            .webhook(Webhook.of(Fixture::verify, Fixture::read)).backfill(Fixture::fetch).build());""".formatted(service, columns))
                .read("return List.of(Item.upsert(by(body, \"\"), request.receivedAt()));")
                .fetch("""
                        Thread.sleep(100);
                        int page = Integer.parseInt(cursor.orElse("1"));
                        return Backfill.Page.of(List.of(by(new Json.Null(), "page_" + page)),
                            page == %d ? Optional.empty() : Optional.of(Integer.toString(page + 1)));""".formatted(PAGES))
                .writeTo(directory.resolve("connectors/fixture.jar"));
    }

    private static WeakReference<?> loader(String version) {
        return (WeakReference<?>) System.getProperties().get("fixture-" + version);
    }

    private void send(Made things, String id, long size) {
        String body = "{\"id\":\"%s\",\"size\":%d}".formatted(id, size);
        assertThat(host.deliver(things, body).status()).as(id).isEqualTo(202);
    }

    private List<String> rows(String query, Made things) {
        return host.sql(ORGANIZATION, query.formatted(things.table()));
    }

    private List<String> columns(Made things) {
        return host.asAdministrator(
                ORGANIZATION,
                "select attname || ' ' || format_type(atttypid, null) from pg_attribute where attrelid = 'public.%s'::regclass and attnum > 0"
                        .formatted(things.table()));
    }

    private List<String> notes() {
        return host.asAdministrator(ORGANIZATION, "select column_name from webhookdb.column_fill");
    }

    private static String backfills(Made things) {
        return "/organizations/%s/integrations/%s/backfills".formatted(ORGANIZATION, things.id());
    }

    private List<Json> jobs(Made things) {
        return host.operator("GET", backfills(things), "").json().items("items");
    }

    private Json newest(Made things) {
        return jobs(things).getFirst();
    }

    private Json fixture() {
        return host.operator("GET", "/connectors", "").json().items("items").stream()
                .filter(one -> one.text("path").orElse("").endsWith("fixture.jar"))
                .findFirst()
                .orElseThrow();
    }

    private String note() {
        return String.valueOf(fixture().items("notes"));
    }
}
