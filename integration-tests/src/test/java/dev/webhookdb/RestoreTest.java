package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.Receiver.Told;
import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.tenancy.BroughtDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Databases that are set back to an earlier time, and what is told and sent afterwards. A database is copied as a template, which every
 * server can do; a backup that was dumped and restored is the same database.
 */
class RestoreTest {
    private static final long NOW = 1_800_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final Receiver notified = new Receiver();
    private final Receiver synced = new Receiver();
    private RunningHost host;
    private Person person;
    private Made charges;
    private String organization;
    private String owner;
    private int events;

    @BeforeEach
    void start() {
        host = RunningHost.start(
                directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8," + BroughtDatabase.allowed()));
        host.administerPlatform("create table event_of_the_test partition of event default");
        person = Person.loggedIn(host, "restoring@example.com");
        charges = person.integrate("stripe_charge_v1");
        List<String> names = List.of(
                host.platform("select database_name, owner_role from organization_database where organization_id = %s"
                                .formatted(person.organization()))
                        .getFirst()
                        .split("\\|", -1));
        organization = names.getFirst();
        owner = names.getLast();
        made(person.post(
                person.own("/webhook_subscriptions/create"),
                Map.of("organization_wide", "true", "url", notified.url(), "webhook_secret", "webhook_secret123")));
        made(person.post(
                person.own("/sync_targets/http/create"),
                Map.of(
                        "service_integration_identifier",
                        charges.id(),
                        "connection_url",
                        synced.url().replace("http://", "http://somebody:secret~pass@"),
                        "on_change",
                        "true")));
        happens("pending", "ch_1", "ch_2", "ch_3");
    }

    @AfterEach
    void stop() {
        host.close();
        notified.close();
        synced.close();
    }

    @Test
    void the_platform_alone_tells_again_with_the_same_ids_and_sends_again_as_a_replay() {
        String begin = next(pull(""));
        backUp(host.database());
        happens("lost", "ch_1", "ch_2", "ch_4", "ch_5");
        String cursor = next(pull("?after=" + begin));

        restore(host.database());
        happens("new", "ch_2", "ch_6");

        awaitTold("lost", "ch_4", 2);
        assertThat(toldTwiceWithoutSayingSo()).isEmpty();
        assertThat(idsOfSeveralEvents()).isEmpty();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(markedPages("lost")).contains("ch_1", "ch_4", "ch_5"));
        assertThat(sentTwiceWithoutSayingSo()).isEmpty();
        assertThat(markedPages("new")).isEmpty();
        assertThat(JsonWriter.write(pull("?after=" + cursor)))
                .contains("\"new\"")
                .contains("ch_6");
    }

    @Test
    void an_organization_alone_has_every_later_change_told_and_sent() {
        backUp(organization);
        happens("lost", "ch_1", "ch_2", "ch_3", "ch_4", "ch_5", "ch_6");

        restore(organization);
        happens("new", "ch_1");
        happens("new", "ch_7");

        assertThat(idsOfSeveralEvents()).isEmpty();
        assertThat(toldTwiceWithoutSayingSo()).isEmpty();
        assertThat(sentTwiceWithoutSayingSo()).isEmpty();
    }

    @Test
    void what_an_organization_lost_is_told_as_a_replay_when_its_webhooks_are_replayed() {
        backUp(organization);
        happens("lost", "ch_1", "ch_4");

        restore(organization);
        Answer replayed = host.operator(
                "POST",
                "/organizations/%s/webhooks/replay".formatted(organizationKey()),
                "{\"state\":\"done\",\"since\":\"2000-01-01T00:00:00Z\"}");

        assertThat(replayed.status()).as(JsonWriter.write(replayed.json())).isLessThan(300);
        awaitTold("lost", "ch_4", 2);
        assertThat(told("lost", "ch_4").getLast().json().text("origin")).contains("replay");
        assertThat(idsOfSeveralEvents()).isEmpty();
    }

    @Test
    void a_copy_that_is_ahead_of_an_organization_is_made_anew_although_numbers_went_on_behind_it() {
        ServerAddress address = TestPostgres.freshAddress();
        Answer created = person.post(
                person.own("/sync_targets/db/create"),
                Map.of(
                        "service_integration_identifier",
                        charges.id(),
                        "connection_url",
                        "postgres://%s:%s@%s:%d/%s"
                                .formatted(
                                        address.username(),
                                        address.password().reveal(),
                                        address.host(),
                                        address.port(),
                                        address.database()),
                        "period_seconds",
                        "3600"));
        made(created);
        String copy = created.json().text("id").orElseThrow();
        try (Database warehouse = TestPostgres.open(address)) {
            backUp(organization);
            happens("lost", "ch_1", "ch_4", "ch_5");
            copyAgain(copy);
            awaitCopy(warehouse, "ch_1 lost", "ch_2 pending", "ch_3 pending", "ch_4 lost", "ch_5 lost");

            restore(organization);
            happens("new", "ch_6");
            copyAgain(copy);

            awaitCopy(warehouse, "ch_1 pending", "ch_2 pending", "ch_3 pending", "ch_6 new");
        }
    }

    @Test
    void both_to_the_same_time_use_no_id_again() {
        backUp(host.database(), organization);
        happens("lost", "ch_1", "ch_2", "ch_4");

        restore(host.database(), organization);
        happens("new", "ch_1");
        happens("new", "ch_2", "ch_5", "ch_6");

        assertThat(idsOfSeveralEvents()).isEmpty();
        assertThat(toldTwiceWithoutSayingSo()).isEmpty();
        assertThat(sentTwiceWithoutSayingSo()).isEmpty();
    }

    /** Webhooks come, and everybody is told of them. */
    private void happens(String status, String... ids) {
        for (String id : ids) {
            events++;
            assertThat(host.send(charges.id(), StripeEvents.charge(id, status, NOW + events, "evt_" + events))
                            .status())
                    .isEqualTo(202);
        }
        for (String id : ids) {
            awaitTold(status, id, 1);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(sent()).anyMatch(page -> holds(page, status, id)));
        }
        // what was sent is acknowledged as well
        await().atMost(PATIENCE)
                .until(() -> host.platform("select count(*) from sync_progress where window_until is not null")
                        .equals(List.of("0")));
    }

    private void awaitTold(String status, String id, int times) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(told(status, id)).hasSizeGreaterThanOrEqualTo(times));
    }

    private List<Told> told(String status, String id) {
        return notified.told().stream()
                .filter(one -> one.json().text("external_id").filter(id::equals).isPresent())
                .filter(one ->
                        one.json().text("row", "status").filter(status::equals).isPresent())
                .toList();
    }

    /** Pages with rows. */
    private List<Told> sent() {
        return synced.told().stream()
                .filter(one -> !one.json().items("rows").isEmpty())
                .toList();
    }

    private static boolean holds(Told page, String status, String id) {
        return page.json().items("rows").stream()
                .anyMatch(row -> row.text("stripe_id").filter(id::equals).isPresent()
                        && row.text("status").filter(status::equals).isPresent());
    }

    private static boolean isMarked(Told one) {
        return one.header("webhook-replay").equals("true");
    }

    /** Which rows with a status came in pages that say that they are sent again. */
    private Set<String> markedPages(String status) {
        return sent().stream()
                .filter(RestoreTest::isMarked)
                .flatMap(page -> page.json().items("rows").stream())
                .filter(row -> row.text("status").filter(status::equals).isPresent())
                .map(row -> row.text("stripe_id").orElseThrow())
                .collect(Collectors.toSet());
    }

    /** What came in several notifications with different ids that are not marked. */
    private List<String> toldTwiceWithoutSayingSo() {
        Map<String, Set<String>> ids = new HashMap<>();
        notified.told().stream()
                .filter(one -> !isMarked(one))
                .forEach(one -> ids.computeIfAbsent(withoutId(one), what -> new HashSet<>())
                        .add(one.header("webhook-id")));
        return several(ids);
    }

    /** Ids that were given to different things. */
    private List<String> idsOfSeveralEvents() {
        Map<String, Set<String>> bodies = new HashMap<>();
        notified.told()
                .forEach(one -> bodies.computeIfAbsent(one.header("webhook-id"), id -> new HashSet<>())
                        .add(withoutId(one)));
        sent().forEach(one -> bodies.computeIfAbsent(one.header("webhook-id"), id -> new HashSet<>())
                .add(one.body()));
        return several(bodies);
    }

    /** States of rows that came in several pages that are not marked. */
    private List<String> sentTwiceWithoutSayingSo() {
        Map<String, Set<String>> pages = new HashMap<>();
        sent().stream()
                .filter(one -> !isMarked(one))
                .forEach(page -> page.json()
                        .items("rows")
                        .forEach(row -> pages.computeIfAbsent(JsonWriter.write(row), what -> new HashSet<>())
                                .add(page.header("webhook-id"))));
        return several(pages);
    }

    private static List<String> several(Map<String, Set<String>> found) {
        return found.entrySet().stream()
                .filter(one -> one.getValue().size() > 1)
                .map(one -> one.getKey() + " " + one.getValue())
                .toList();
    }

    private static String withoutId(Told one) {
        Map<String, Json> fields = new HashMap<>(((Json.Obj) one.json()).fields());
        fields.remove("id");
        return JsonWriter.write(new Json.Obj(new TreeMap<>(fields)));
    }

    private Json pull(String query) {
        Answer answer = person.get("/v1/events" + query);
        assertThat(answer.status()).as(JsonWriter.write(answer.json())).isEqualTo(200);
        return answer.json();
    }

    private static String next(Json page) {
        return page.text("next").orElseThrow();
    }

    private String organizationKey() {
        return host.platform("select key from organization where id = " + person.organization())
                .getFirst();
    }

    private void backUp(String... databases) {
        host.stop();
        for (String database : databases) {
            host.administerServer("create database \"%s_backup\" template \"%1$s\"".formatted(database));
        }
        host.start();
    }

    private void restore(String... databases) {
        host.stop();
        for (String database : databases) {
            host.administerServer("drop database \"%s\" with (force)".formatted(database));
            String as = database.equals(organization) ? " owner \"%s\"".formatted(owner) : "";
            host.administerServer("create database \"%s\" template \"%1$s_backup\"%s".formatted(database, as));
        }
        host.start();
    }

    private void copyAgain(String target) {
        made(person.post(person.own("/sync_targets/db/%s/sync".formatted(target)), Map.of()));
    }

    private void awaitCopy(Database warehouse, String... rows) {
        String query = "select stripe_id || ' ' || status as row from %s order by stripe_id".formatted(charges.table());
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<String> found =
                    warehouse.transaction(session -> session.sql(query).list(row -> row.text("row")));
            assertThat(found).containsExactly(rows);
        });
    }

    private static void made(Answer answer) {
        assertThat(answer.status()).as(JsonWriter.write(answer.json())).isEqualTo(200);
    }
}
