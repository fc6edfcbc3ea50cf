package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.event.Event;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.platform.TableReads;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Session;
import dev.webhookdb.store.Origin;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a changed row to queued deliveries. */
class DispatcherTest {
    private static final OptionalLong ALL = OptionalLong.empty();

    @TempDir
    private static Path directory;

    private static Feeding feeding;
    private static int organizations;

    private long organization;
    private Integration things;
    private Dispatcher dispatcher;

    @BeforeAll
    static void open() {
        feeding = new Feeding(directory);
    }

    @AfterAll
    static void close() {
        feeding.close();
    }

    @BeforeEach
    void start() {
        organization = feeding.organizations.create("org" + organizations++).id();
        things = feeding.integration(organization);
        dispatcher = feeding.dispatcher();
        feeding.tables.followedBy(dispatcher);
        // what was made is not what the tests are about
        await().until(() -> feeding.count("account_event") == 0);
    }

    @AfterEach
    void stop() {
        dispatcher.close();
    }

    @Test
    void each_change_becomes_an_event_and_a_delivery_for_each_who_wants_it() {
        Subscription all = feeding.subscribe(organization, ALL, "*.created", "*.updated", "*.deleted");
        Subscription updates = feeding.subscribe(organization, OptionalLong.of(things.id()), "one_thing_v1.updated");

        feeding.store(things, "a", 1, "open");
        feeding.store(things, "a", 2, "paid");
        feeding.delete(things, "a", 3);

        await().untilAsserted(() -> assertThat(feeding.types(all))
                .containsExactly("one_thing_v1.created", "one_thing_v1.updated", "one_thing_v1.deleted"));
        assertThat(feeding.types(updates)).containsExactly("one_thing_v1.updated");
        assertThat(feeding.events.page(organization, 0, 10)).hasSize(3);
    }

    @Test
    void a_body_says_what_the_row_is_and_what_it_was() {
        Subscription all = feeding.subscribe(organization, ALL, "*");

        feeding.store(things, "a", 1, "open");
        feeding.store(things, "a", 2, "paid");

        await().until(() -> feeding.queued(all).size() == 2);
        Event event = feeding.events.page(organization, 0, 10).getLast();
        assertThat(event.body())
                .startsWith("{\"id\":\"%s\",\"type\":\"one_thing_v1.updated\",\"version\":1,\"created_at\":\""
                        .formatted(event.id()))
                .contains(
                        "\",\"origin\":\"webhook\",\"service_name\":\"one_thing_v1\",\"table_name\":\"%s\",\"external_id\":\"a\",\"external_id_column\":\"thing_id\",\"row\":{"
                                .formatted(things.table()))
                .contains("\"data\":{\"id\":\"a\"")
                .contains("\"changes\":{\"")
                .contains("\"status\":\"open\"")
                .doesNotContain("_change");
        assertThat(feeding.events.page(organization, 0, 10).getFirst().body()).endsWith("\"changes\":{}}");
        assertThat(feeding.events.find(organization, event.id())).contains(event);
    }

    @Test
    void columns_and_origins_are_filtered() {
        Subscription amounts = feeding.subscribe(
                organization, ALL, new Filter(List.of("*"), List.of("status"), Optional.empty(), List.of()), false);
        Subscription pushed = feeding.subscribe(
                organization,
                ALL,
                new Filter(List.of("*"), List.of(), Optional.empty(), List.of("push", "poll")),
                false);
        Subscription all = feeding.subscribe(organization, ALL, "*");

        feeding.store(things, "a", 1, "open");
        feeding.store(things, "a", 2, "open");
        feeding.store(things, Origin.PUSH, "a", 3, "paid");

        await().until(() -> feeding.queued(all).size() == 3);
        assertThat(feeding.types(amounts)).containsExactly("one_thing_v1.created", "one_thing_v1.updated");
        assertThat(feeding.types(pushed)).containsExactly("one_thing_v1.updated");
    }

    @Test
    void of_tables_that_nobody_wants_nothing_is_kept() {
        Integration others = feeding.integration(organization, "one_other_v1");
        Subscription all = feeding.subscribe(organization, OptionalLong.of(things.id()), "*");

        feeding.store(others, "a", 1, "open");
        feeding.store(things, "b", 1, "open");

        await().until(() -> feeding.keys(all).equals(List.of("b")));
        assertThat(feeding.following.positions(organization)).containsOnlyKeys(things.id());
        assertThat(changes()).isEqualTo(1);
    }

    @Test
    void a_table_that_is_made_is_told_of_from_its_first_row() {
        Subscription all = feeding.subscribe(organization, ALL, "*.created");
        Integration others = feeding.integration(organization, "one_other_v1");

        feeding.store(others, "first", 1, "open");

        await().until(() -> feeding.keys(all).equals(List.of("first")));
    }

    @Test
    void who_subscribes_later_is_not_told_what_happened_before() {
        feeding.store(things, "before", 1, "open");
        Subscription first = feeding.subscribe(organization, ALL, "*");
        feeding.store(things, "between", 1, "open");
        await().until(() -> feeding.keys(first).equals(List.of("between")));
        Subscription second = feeding.subscribe(organization, ALL, "*");

        feeding.store(things, "after", 1, "open");

        await().until(() -> feeding.keys(first).equals(List.of("between", "after")));
        assertThat(feeding.keys(second)).containsExactly("after");
    }

    @Test
    void rows_of_who_wants_order_wait_for_each_other_and_others_do_not() {
        Subscription ordered = feeding.subscribe(
                organization, ALL, new Filter(List.of("*"), List.of(), Optional.empty(), List.of()), true);
        Subscription parallel = feeding.subscribe(organization, ALL, "*");

        feeding.store(things, "a", 1, "open");
        feeding.store(things, "b", 1, "open");
        feeding.store(things, "a", 2, "paid");
        feeding.store(things, "a", 3, "sent");

        await().until(() -> feeding.queued(ordered).size() == 4);
        assertThat(feeding.queued(ordered)).extracting(Feeding.Queued::due).containsExactly(true, true, false, false);
        assertThat(feeding.queued(parallel)).extracting(Feeding.Queued::due).containsOnly(true);
    }

    /** Whose plans were made while there was next to nothing in the queue. */
    @Test
    void rows_of_who_wants_order_are_queued_without_a_look_at_all_that_waits() {
        Subscription ordered = feeding.subscribe(
                organization, ALL, new Filter(List.of("*"), List.of(), Optional.empty(), List.of()), true);
        status(ordered, "paused");
        feeding.database.run(session -> session.sql("analyze delivery_queue").execute());
        store(ordered, 1, 20);
        feeding.database.run(session -> session.sql("""
                        insert into delivery_queue (id, delivery_at, subscription_id, organization_id, event_number, event_at, row_key, due_at)
                        select -place, now(), :subscription, :organization, place, now(), 'waiting ' || place, now()
                        from generate_series(1, 20000) as place""")
                .bind("subscription", ordered.id())
                .bind("organization", organization)
                .execute());
        TableReads before = TableReads.of(feeding.database, "delivery_queue");

        store(ordered, 21, 40);

        assertThat(TableReads.of(feeding.database, "delivery_queue")
                        .since(before)
                        .rows())
                .isZero();
    }

    /** One after the other, each told before the next is stored. */
    private void store(Subscription subscription, int first, int last) {
        for (int i = first; i <= last; i++) {
            int number = i;
            feeding.store(things, "a", number, "status " + number);
            await().until(() -> feeding.database.transaction(session -> session.sql(
                                    "select count(*) as told from delivery where subscription_id = :subscription")
                            .bind("subscription", subscription.id())
                            .one(row -> row.number("told")))
                    == number);
        }
    }

    @Test
    void nothing_is_queued_for_who_is_disabled_and_his_events_are_kept() {
        Subscription disabled = feeding.subscribe(organization, ALL, "*");
        Subscription paused = feeding.subscribe(organization, OptionalLong.of(things.id()), "one_thing_v1.updated");
        status(disabled, "disabled");
        status(paused, "paused");

        feeding.store(things, "a", 1, "open");
        feeding.store(things, "a", 2, "paid");

        await().until(() -> feeding.queued(paused).size() == 1);
        assertThat(feeding.queued(disabled)).isEmpty();
        assertThat(feeding.events.page(organization, 0, 10)).hasSize(2);
    }

    @Test
    void who_asks_for_events_gets_them_without_any_subscription() {
        feeding.store(things, "before", 1, "open");
        feeding.events.pulled(organization);
        long after = feeding.events.latest(organization);

        feeding.store(things, "after", 1, "open");

        await().untilAsserted(() -> assertThat(feeding.events.page(organization, after, 10))
                .extracting(Event::key)
                .containsExactly(Optional.of("after")));
    }

    @Test
    void when_nobody_wants_to_know_any_more_the_table_is_left() {
        Subscription all = feeding.subscribe(organization, ALL, "*");
        feeding.store(things, "a", 1, "open");
        await().until(() -> feeding.queued(all).size() == 1);

        feeding.database.run(session -> feeding.subscriptions.delete(session, all));
        feeding.following.align(organization);

        assertThat(feeding.following.positions(organization)).isEmpty();
        assertThat(changes()).isZero();
        assertThat(feeding.count("change_position where organization_id = " + organization))
                .isZero();
        feeding.store(things, "b", 1, "open");
        assertThat(changes()).isZero();

        Subscription again = feeding.subscribe(organization, ALL, "*");
        feeding.store(things, "c", 1, "open");
        await().until(() -> feeding.keys(again).equals(List.of("c")));
    }

    @Test
    void what_happens_to_the_account_is_told_to_who_wants_it() {
        Subscription all = feeding.subscribe(organization, ALL, "*");
        Subscription members = feeding.subscribe(organization, ALL, "team.*");
        Subscription rows = feeding.subscribe(organization, ALL, "*.created");
        Subscription bound = feeding.subscribe(organization, OptionalLong.of(things.id()), "*");

        feeding.database.run(session -> {
            note(session, AccountEventType.MEMBER_ADDED);
            note(session, AccountEventType.PROJECT_CREATED);
        });

        await().untilAsserted(
                        () -> assertThat(feeding.types(all)).containsExactly("team.member.added", "project.created"));
        assertThat(feeding.types(members)).containsExactly("team.member.added");
        assertThat(feeding.types(rows)).isEmpty();
        assertThat(feeding.types(bound)).isEmpty();
        assertThat(feeding.queued(members).getFirst().body()).endsWith(",\"data\":{\"id\":\"usr_1\"}}");
        assertThat(feeding.count("account_event where organization_id = " + organization))
                .isZero();
    }

    @Test
    void what_was_told_is_dropped_and_what_was_not_is_kept() {
        dispatcher.close();
        Subscription all = feeding.subscribe(organization, ALL, "*");
        feeding.store(things, "a", 1, "open");
        feeding.dispatch().next(things.id());
        feeding.store(things, "b", 1, "open");
        assertThat(feeding.keys(all)).containsExactly("a");

        long dropped = feeding.feed.prune(
                organization, Instant.now().plusSeconds(60), feeding.following.positions(organization));

        assertThat(dropped).isEqualTo(1);
        assertThat(feeding.dispatch().next(things.id()))
                .as("whether there may be more")
                .isFalse();
        assertThat(feeding.keys(all)).containsExactly("a", "b");
    }

    private void note(Session session, AccountEventType type) {
        AccountEvents.note(session, organization, type, new Json.Obj(Map.of("id", new Json.Str("usr_1"))));
    }

    private void status(Subscription subscription, String status) {
        feeding.database.run(session -> session.sql("update subscription set status = :status where id = :id")
                .bind("status", status)
                .bind("id", subscription.id())
                .execute());
    }

    private long changes() {
        return feeding.databases
                .open(organization)
                .transaction(session -> session.sql("select count(*) as n from webhookdb.change")
                        .one(row -> row.number("n")));
    }
}
