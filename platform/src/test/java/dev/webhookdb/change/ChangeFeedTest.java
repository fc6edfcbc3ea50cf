package dev.webhookdb.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.store.Cause;
import dev.webhookdb.store.Origin;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P7 and what a change says, on a real PostgreSQL. */
class ChangeFeedTest {
    private static final long ORGANIZATION = 1;
    private static final long INTEGRATION = 7;
    private static final Resource THING = Resource.named("thing_v1", "Thing")
            .key(Column.text("thing_id").at("id"))
            .columns(
                    Column.text("status"),
                    Column.bigint("amount"),
                    Column.timestamp("updated").asOf())
            .orderedBy("updated")
            .deletable()
            .backfill((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()))
            .build();

    private final Table table = new Table("things", THING);
    private Database database;
    private ChangeFeed feed;

    @BeforeEach
    void open() {
        database = TestPostgres.freshDatabase();
        OrganizationSchema.standard().migrate(database);
        database.run(session ->
                table.create().forEach(statement -> session.sql(statement).execute()));
        feed = new ChangeFeed(organization -> database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void each_change_says_what_the_row_is_and_what_was_different() {
        long from = follow();

        store(Origin.WEBHOOK, present("a", 1, "open", 10));
        store(Origin.RECONCILIATION, present("a", 2, "paid", 10));
        store(Origin.WEBHOOK, deleted("a", 3));
        store(Origin.REPLAY, present("a", 4, "open", 12));

        List<Change> changes = read(from);
        assertThat(changes)
                .extracting(Change::kind)
                .containsExactly(Change.Kind.CREATED, Change.Kind.UPDATED, Change.Kind.DELETED, Change.Kind.CREATED);
        assertThat(changes)
                .extracting(Change::origin)
                .containsExactly(Origin.WEBHOOK, Origin.RECONCILIATION, Origin.WEBHOOK, Origin.REPLAY);
        assertThat(changes).extracting(Change::key).containsOnly("a");
        assertThat(changes.get(0).content().fields())
                .containsOnlyKeys("pk", "thing_id", "status", "amount", "updated", "deleted_at", "data");
        assertThat(changes.get(0).previous().fields()).isEmpty();
        assertThat(changes.get(1).content().at("status")).isEqualTo(new Json.Str("paid"));
        assertThat(changes.get(1).previous().fields())
                .containsOnlyKeys("status", "updated")
                .containsEntry("status", new Json.Str("open"));
        assertThat(changes.get(2).previous().fields())
                .containsOnlyKeys("deleted_at")
                .containsEntry("deleted_at", new Json.Null());
        assertThat(changes.get(2).content().at("deleted_at")).isEqualTo(new Json.Str("1970-01-01T00:00:03+00:00"));
        assertThat(changes.get(3).previous().fields()).containsKeys("deleted_at", "amount");
        assertThat(changes).extracting(Change::number).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void an_entry_of_an_earlier_version_which_has_the_data_within_the_row_is_read_like_any_other() {
        long from = follow();
        store(Origin.WEBHOOK, present("a", 1, "open", 10));
        Json.Obj now = read(from).getFirst().content();

        database.run(session -> session.sql(
                        "update webhookdb.change set content = content || jsonb_build_object('data', data), data = null")
                .execute());

        assertThat(read(from).getFirst().content()).isEqualTo(now);
        assertThat(now.at("data")).isInstanceOf(Json.Obj.class);
    }

    @Test
    void what_changes_nothing_is_no_change() {
        long from = follow();
        store(Origin.WEBHOOK, present("a", 2, "open", 10));

        store(Origin.WEBHOOK, present("a", 2, "open", 10));
        store(Origin.REPLAY, present("a", 1, "old", 9));
        store(Origin.WEBHOOK, deleted("a", 1));

        assertThat(read(from)).hasSize(1);
    }

    @Test
    void the_deletion_of_something_unknown_is_told_once() {
        long from = follow();

        store(Origin.WEBHOOK, deleted("a", 5));
        store(Origin.WEBHOOK, deleted("a", 5));
        store(Origin.WEBHOOK, deleted("a", 4), deleted("b", 6), deleted("b", 7));

        List<Change> changes = read(from);
        assertThat(changes).extracting(Change::key).containsExactly("a", "b");
        assertThat(changes).extracting(Change::kind).containsOnly(Change.Kind.DELETED);
    }

    @Test
    void several_states_of_a_row_in_one_batch_are_one_change() {
        long from = follow();

        store(Origin.WEBHOOK, present("a", 1, "open", 10), present("a", 3, "paid", 10), present("a", 2, "sent", 10));

        assertThat(read(from)).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(Change.Kind.CREATED);
            assertThat(change.content().at("status")).isEqualTo(new Json.Str("paid"));
        });
    }

    @Test
    void a_table_that_nobody_follows_writes_nothing_down() {
        store(Origin.WEBHOOK, present("a", 1, "open", 10));
        long from = follow();
        store(Origin.WEBHOOK, present("b", 1, "open", 10));
        feed.unfollow(ORGANIZATION, INTEGRATION);
        store(Origin.WEBHOOK, present("c", 1, "open", 10));

        assertThat(count()).isZero();
        assertThatThrownBy(() -> read(from)).isInstanceOf(LostPositionException.class);
    }

    @Test
    void following_again_continues() {
        long from = follow();
        store(Origin.WEBHOOK, present("a", 1, "open", 10));

        assertThat(follow()).isGreaterThan(from);

        assertThat(read(from)).hasSize(1);
    }

    @Test
    void a_position_whose_changes_were_dropped_is_lost_and_later_ones_are_not() {
        long from = follow();
        store(Origin.WEBHOOK, present("a", 1, "open", 10));
        long later = read(from).getFirst().number();

        assertThat(feed.prune(ORGANIZATION, Instant.now().plus(Duration.ofMinutes(1)), Map.of()))
                .isEqualTo(1);
        store(Origin.WEBHOOK, present("b", 1, "open", 10));

        assertThatThrownBy(() -> read(from)).isInstanceOf(LostPositionException.class);
        assertThat(read(later)).extracting(Change::key).containsExactly("b");
    }

    @Test
    void a_row_is_told_whole_whatever_its_columns_are_called() {
        Resource odd = Resource.named("odd_v1", "Odd")
                .key(Column.text("key").at("id"))
                .columns(
                        Column.text("content"),
                        Column.text("origin"),
                        Column.text("previous"),
                        Column.text("followed"),
                        Column.timestamp("seen").asOf())
                .orderedBy("seen")
                .backfill((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()))
                .build();
        var strange = new Table("Strange \"things\" %s {}", odd);
        database.run(session ->
                strange.create().forEach(statement -> session.sql(statement).execute()));
        long from = feed.follow(ORGANIZATION, INTEGRATION, strange.name());
        Json.Obj resource = new Json.Obj(
                Map.of("id", new Json.Str("it's"), "content", new Json.Str("c"), "origin", new Json.Str("o")));

        TableWriter.store(
                database,
                strange,
                List.of(State.of(odd, Item.upsert(resource, Instant.EPOCH).event("e"), Instant.EPOCH, 0)),
                Origin.PUSH);

        assertThat(read(from)).singleElement().satisfies(change -> {
            assertThat(change.key()).isEqualTo("it's");
            assertThat(change.content().at("content")).isEqualTo(new Json.Str("c"));
            assertThat(change.origin()).isEqualTo(Origin.PUSH);
        });
    }

    /** Writers that wait before they commit, a foreign transaction that never ends, and a reader that goes on from where it was. */
    @Test
    void a_reader_misses_nothing_and_gets_nothing_twice_while_many_write() throws Exception {
        int writers = 64;
        int batches = 6;
        long from = follow();
        Set<String> written = ConcurrentHashMap.newKeySet();
        makeCommitsSlow();
        var done = new AtomicBoolean();
        List<Change> read = new ArrayList<>();
        try (Database other = TestPostgres.freshDatabase();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> foreign = threads.submit(
                    () -> other.run(session -> session.sql("select txid_current(), pg_sleep(2)::text as slept")
                            .list(row -> "")));
            Future<?> reader = threads.submit(() -> {
                long position = from;
                boolean last;
                do {
                    last = done.get();
                    long after = position;
                    List<Change> next = patiently(() ->
                            feed.read(ORGANIZATION, INTEGRATION, after, 50).changes());
                    read.addAll(next);
                    position = next.isEmpty() ? position : next.getLast().number();
                    last &= next.isEmpty();
                } while (!last);
            });
            List<Future<?>> writing = IntStream.range(0, writers)
                    .<Future<?>>mapToObj(writer -> threads.submit(() -> write(writer, batches, written)))
                    .toList();
            for (Future<?> one : writing) {
                one.get();
            }
            done.set(true);
            reader.get();
            foreign.get();
        }

        assertThat(read).extracting(Change::number).isSorted().doesNotHaveDuplicates();
        assertThat(read).hasSize(writers * batches * 2);
        assertThat(Set.copyOf(read.stream().map(Change::key).toList())).containsExactlyInAnyOrderElementsOf(written);
    }

    /** Each batch has two rows: a new one, and one that every batch changes. */
    private void write(int writer, int batches, Set<String> written) {
        String shared = "shared_" + writer;
        for (int batch = 1; batch <= batches; batch++) {
            String fresh = "w%d_%d".formatted(writer, batch);
            State[] states = {present(fresh, 1, "open", batch), present(shared, batch, "s" + batch, batch)};
            patiently(() -> {
                store(Origin.WEBHOOK, states);
                return true;
            });
            written.add(fresh);
            written.add(shared);
        }
    }

    /** There are fewer connections than there are threads. */
    private static <T> T patiently(Callable<T> work) {
        return await().ignoreExceptionsMatching(ChangeFeedTest::isBusy).until(work, Objects::nonNull);
    }

    private static boolean isBusy(Throwable failure) {
        return failure instanceof DatabaseException refused && refused.kind() == DatabaseException.Kind.UNAVAILABLE;
    }

    /** A transaction has its change numbers long before it is committed. */
    private void makeCommitsSlow() {
        database.run(session ->
                List.of("""
                        create function slow() returns trigger language plpgsql as $slow$
                        begin
                          perform pg_sleep(random() * 0.01);
                          return null;
                        end $slow$""", """
                        create constraint trigger slow after insert or update on things
                        deferrable initially deferred for each row execute function slow()""").forEach(statement -> session.sql(statement).execute()));
    }

    private long follow() {
        return feed.follow(ORGANIZATION, INTEGRATION, table.name());
    }

    @Test
    void a_change_knows_the_webhook_that_led_to_it_and_which_of_several_that_was() {
        long from = feed.follow(ORGANIZATION, INTEGRATION, table.name());
        List<State> states = List.of(
                present("a", 1, "open", 1).from(0),
                present("a", 2, "closed", 1).from(1),
                present("b", 1, "open", 1).from(2));

        TableWriter.store(database, table, states, position -> Cause.of(Origin.WEBHOOK, 100 + position));
        store(Origin.POLL, present("c", 1, "open", 1));
        TableWriter.store(database, table, List.of(deleted("a", 3).from(0)), position -> Cause.of(Origin.REPLAY, 7));

        assertThat(read(from))
                .extracting(change -> change.key() + " " + change.webhook())
                .containsExactlyInAnyOrder(
                        "a OptionalLong[101]", "b OptionalLong[102]", "c OptionalLong.empty", "a OptionalLong[7]");
    }

    @Test
    void a_portion_says_whether_there_were_more() {
        long from = follow();
        store(Origin.WEBHOOK, present("a", 1, "open", 1), present("b", 1, "open", 1), present("c", 1, "open", 1));

        assertThat(feed.read(ORGANIZATION, INTEGRATION, from, 4).complete()).isTrue();
        assertThat(feed.read(ORGANIZATION, INTEGRATION, from, 3).complete()).isFalse();
        long last = read(from).getLast().number();
        assertThat(feed.read(ORGANIZATION, INTEGRATION, last, 3).complete()).isTrue();
    }

    @Test
    void a_portion_of_large_changes_is_cut_and_says_so() {
        long from = follow();
        String large = "x".repeat(700_000);
        store(Origin.WEBHOOK, present("a", 1, large, 1), present("b", 1, large, 1), present("c", 1, large, 1));

        ChangeFeed.Portion first = feed.read(ORGANIZATION, INTEGRATION, from, 10);
        ChangeFeed.Portion second =
                feed.read(ORGANIZATION, INTEGRATION, first.changes().getLast().number(), 10);

        assertThat(first.changes()).extracting(Change::key).hasSize(2);
        assertThat(first.complete()).isFalse();
        assertThat(second.changes()).extracting(Change::key).hasSize(1);
        assertThat(second.complete()).isTrue();
    }

    private List<Change> read(long after) {
        return feed.read(ORGANIZATION, INTEGRATION, after, 1_000).changes();
    }

    private long count() {
        return database.transaction(session ->
                session.sql("select count(*) as entries from webhookdb.change").one(row -> row.number("entries")));
    }

    private void store(Origin origin, State... states) {
        List<State> numbered = new ArrayList<>();
        for (State state : states) {
            numbered.add(state.from(numbered.size()));
        }
        assertThat(TableWriter.store(database, table, numbered, origin).refused())
                .isEmpty();
    }

    private static State present(String key, long second, String status, long amount) {
        Json.Obj thing = new Json.Obj(Map.of(
                "id", new Json.Str(key),
                "status", new Json.Str(status),
                "amount", new Json.Num(BigDecimal.valueOf(amount))));
        return State.of(
                THING,
                Item.upsert(thing, Instant.ofEpochSecond(second)).event(key + second),
                Instant.ofEpochSecond(second),
                0);
    }

    private static State deleted(String key, long second) {
        return State.of(THING, Item.delete(key, Instant.ofEpochSecond(second)), 0);
    }
}
