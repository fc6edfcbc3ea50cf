package dev.webhookdb.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events have one order in each organization, and are read in it without a gap. */
class EventsTest {
    private static final Instant HAPPENED = Instant.parse("2026-01-02T03:04:05.678901Z");

    private static PlatformDatabase platform;
    private static Database database;
    private static WakeUps wakeUps;
    private static Events events;
    private static int organizations;
    private static int sources;

    private long organization;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        TestPostgres.makePartitions(database, "event");
        wakeUps = WakeUps.start(database, new BackgroundTasks());
        events = new Events(database, wakeUps);
    }

    @AfterAll
    static void close() {
        events.close();
        wakeUps.close();
        platform.close();
    }

    @BeforeEach
    void found() {
        organization = TestPostgres.organization(platform, "org" + organizations++);
    }

    @Test
    void an_event_is_found_by_its_id_which_is_in_its_body() {
        Event written = append("thing_v1.created").getFirst();

        assertThat(written.id()).startsWith("evt_");
        assertThat(written.body()).isEqualTo("{\"id\":\"%s\"}".formatted(written.id()));
        assertThat(events.find(organization, written.id())).contains(written);
        assertThat(events.page(organization, 0, 10)).containsExactly(written);
    }

    @Test
    void what_is_written_once_more_is_called_the_same_and_what_happened_at_the_same_time_is_not() {
        Event first = append("thing_v1.created").getFirst();
        sources--;
        Event again = append("thing_v1.created").getFirst();
        Event other = append("thing_v1.created").getFirst();

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.number()).isGreaterThan(first.number());
        assertThat(other.id()).isNotEqualTo(first.id());
        assertThat(events.find(organization, first.id())).contains(first);
    }

    @Test
    void an_event_of_an_earlier_release_is_found_by_the_number_in_its_id() {
        Event written = append("thing_v1.created").getFirst();
        String id = "evt_" + Long.toString(4711, 36) + "0123456789abc";
        database.run(session -> session.sql(
                        "update event set number = 4711, id = '%s' where number = %d".formatted(id, written.number()))
                .execute());

        assertThat(events.find(organization, id)).map(Event::number).contains(4711L);
    }

    @Test
    void numbers_go_on_behind_all_that_were_given_since_a_backup() {
        Events.skipNumbers(database);
        long backup = database.transaction(
                session -> session.sql("select last_value from event_number").one(row -> row.number("last_value")));
        append("a.created", "a.created");
        long lost = append("a.created").getFirst().number();
        database.run(session -> session.sql("select setval('event_number', %d)".formatted(backup))
                .list(row -> true));

        Events.skipNumbers(database);

        assertThat(append("a.created").getFirst().number()).isGreaterThan(lost);
    }

    @Test
    void another_organization_finds_no_event_by_its_id_and_nobody_finds_what_is_no_id() {
        Event written = append("thing_v1.created").getFirst();
        long other = TestPostgres.organization(platform, "other" + organization);

        assertThat(events.find(other, written.id())).isEmpty();
        assertThat(events.page(other, 0, 10)).isEmpty();
        for (String id : List.of(
                "",
                "evt_",
                "evt_1",
                written.id() + "0",
                "evt_!0123456789abc",
                "evt_zzzzzzzzzzzzzz0123456789abc",
                "x")) {
            assertThat(events.find(organization, id)).as(id).isEmpty();
        }
        assertThat(events.find(organization, written.id().toUpperCase(Locale.ROOT)))
                .isEmpty();
    }

    @Test
    void a_page_follows_the_one_before_it() {
        List<Event> written = append("a.created", "b.created", "c.created", "d.created", "e.created");

        List<Event> first = events.page(organization, 0, 2);
        List<Event> second = events.page(organization, first.getLast().number(), 2);
        List<Event> third = events.page(organization, second.getLast().number(), 2);

        assertThat(first).containsExactly(written.get(0), written.get(1));
        assertThat(second).containsExactly(written.get(2), written.get(3));
        assertThat(third).containsExactly(written.get(4));
        assertThat(events.page(organization, written.getLast().number(), 2)).isEmpty();
        assertThat(events.latest(organization)).isEqualTo(written.getLast().number());
    }

    @Test
    void a_page_of_large_events_has_fewer() {
        String large = "x".repeat(3_000_000);
        List<NewEvent> three = IntStream.range(0, 3)
                .mapToObj(i -> new NewEvent(
                        "large " + i,
                        OptionalLong.empty(),
                        "a.b",
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        HAPPENED,
                        id -> large))
                .toList();
        List<Event> written = database.transaction(session -> Events.append(session, organization, three));

        List<Event> page = events.page(organization, 0, 10);

        assertThat(page)
                .extracting(Event::number)
                .containsExactly(written.get(0).number(), written.get(1).number());
        assertThat(events.page(organization, page.getLast().number(), 10)).hasSize(1);
    }

    @Test
    void whoever_reads_while_many_write_misses_nothing_and_gets_nothing_twice() throws Exception {
        int writers = 8;
        int each = 40;
        var done = new AtomicBoolean();
        List<Long> read = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> reader = threads.submit(() -> {
                long after = 0;
                boolean last;
                do {
                    last = done.get();
                    List<Event> page = events.page(organization, after, 7);
                    page.forEach(event -> read.add(event.number()));
                    after = page.isEmpty() ? after : page.getLast().number();
                    last &= page.isEmpty();
                } while (!last);
            });
            List<Future<?>> writing = IntStream.range(0, writers)
                    .<Future<?>>mapToObj(writer -> threads.submit(() ->
                            IntStream.range(0, each).forEach(i -> patiently(() -> append("a.created", "a.updated")))))
                    .toList();
            for (Future<?> one : writing) {
                one.get();
            }
            done.set(true);
            reader.get();
        }

        assertThat(read).isSorted().doesNotHaveDuplicates().hasSize(writers * each * 2);
    }

    @Test
    void whoever_waits_is_woken_by_an_event_of_his_organization() throws Exception {
        long after = append("a.created").getFirst().number();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> waiting = threads.submit(() -> events.await(organization, after, Duration.ofSeconds(30)));

            append("a.updated");

            assertThat(waiting.get()).isTrue();
        }
        assertThat(events.await(organization, events.latest(organization), Duration.ofMillis(20)))
                .isFalse();
    }

    @Test
    void nobody_waits_when_the_host_stops() throws Exception {
        Events closing = new Events(database, wakeUps);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> waiting = threads.submit(() -> closing.await(organization, 0, Duration.ofMinutes(5)));

            closing.close();

            assertThat(waiting.get()).isFalse();
        }
    }

    @Test
    void who_asks_first_is_told_from_then_on_and_an_old_cursor_is_lost() {
        List<Long> begun = new ArrayList<>();
        Events asked = new Events(database, wakeUps);
        asked.whenFirstPulled(begun::add);
        long old = append("a.created").getFirst().number();

        asked.pulled(organization);
        asked.pulled(organization);

        assertThat(begun).containsExactly(organization);
        assertThat(events.latest(organization)).isGreaterThan(old).isEqualTo(events.keptAfter(organization));
        assertThatThrownBy(() -> events.page(organization, old, 10))
                .isInstanceOfSatisfying(
                        LostEventsException.class,
                        lost -> assertThat(lost.keptAfter()).isEqualTo(events.keptAfter(organization)));
        assertThat(events.page(organization, events.latest(organization), 10)).isEmpty();
        assertThat(isPulled()).isTrue();
    }

    @Test
    void who_comes_back_after_more_than_a_week_is_told_that_something_is_missing() {
        List<Long> begun = new ArrayList<>();
        Events asked = new Events(database, wakeUps);
        asked.whenFirstPulled(begun::add);
        asked.pulled(organization);
        long cursor = events.latest(organization);
        lastPulled("8 days");

        asked.pulled(organization);

        assertThat(begun).hasSize(2);
        assertThatThrownBy(() -> events.page(organization, cursor, 10)).isInstanceOf(LostEventsException.class);
    }

    @Test
    void who_comes_back_within_a_week_goes_on_where_he_was() {
        events.pulled(organization);
        long cursor = events.latest(organization);
        lastPulled("6 days");
        Event meanwhile = append("a.created").getFirst();

        events.pulled(organization);

        assertThat(events.page(organization, cursor, 10)).containsExactly(meanwhile);
    }

    @Test
    void a_cursor_before_what_was_dropped_is_lost_and_later_ones_are_not() {
        long first = append("a.created").getFirst().number();
        Event second = append("b.created").getFirst();
        database.run(session -> {
            String today = session.sql(
                            "select tableoid::regclass::text as name from event where organization_id = %d and number = %d"
                                    .formatted(organization, first))
                    .one(row -> row.text("name"));
            Events.dropping(session, today);
            session.sql("delete from event where organization_id = %d".formatted(organization))
                    .execute();
        });
        Event third = append("c.created").getFirst();

        assertThat(events.keptAfter(organization)).isEqualTo(second.number());
        assertThatThrownBy(() -> events.page(organization, first, 10)).isInstanceOf(LostEventsException.class);
        assertThat(events.page(organization, second.number(), 10)).containsExactly(third);
    }

    private List<Event> append(String... types) {
        return database.transaction(session -> Events.append(
                session,
                organization,
                List.of(types).stream()
                        .map(type -> new NewEvent(
                                "source " + ++sources,
                                OptionalLong.of(5),
                                type,
                                Optional.of("webhook"),
                                Optional.of("key"),
                                OptionalLong.empty(),
                                HAPPENED,
                                "{\"id\":\"%s\"}"::formatted))
                        .toList()));
    }

    private void lastPulled(String ago) {
        database.run(session -> session.sql(
                        "update event_stream set pulled_at = now() - interval '%s' where organization_id = %d"
                                .formatted(ago, organization))
                .execute());
    }

    private boolean isPulled() {
        return database.transaction(session -> Events.isPulled(session, organization));
    }

    private static void patiently(Runnable work) {
        await().ignoreExceptionsInstanceOf(DatabaseException.class).until(() -> {
            work.run();
            return true;
        });
    }
}
