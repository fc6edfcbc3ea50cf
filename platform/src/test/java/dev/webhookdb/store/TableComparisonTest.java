package dev.webhookdb.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.store.TableComparison.Limit;
import dev.webhookdb.store.TableComparison.Result;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of rows and of what was listed. */
class TableComparisonTest {
    private static final Resource THING = Resource.named("acme_thing_v1", "Thing")
            .key(Column.text("thing_id").at("id"))
            .columns(Column.timestamp("created_at"), Column.timestamp("updated_at"))
            .orderedBy("updated_at")
            .deletable()
            .backfill(Backfill.of((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty())))
            .build();

    private static final Table THINGS = new Table("things", THING);
    private static final Instant ASKED = Instant.parse("2026-03-10T00:00:00Z");

    private Database database;
    private TableComparison comparison;

    @BeforeEach
    void open() {
        database = TestPostgres.freshDatabase();
        OrganizationSchema.standard().migrate(database);
        database.run(session ->
                THINGS.create().forEach(statement -> session.sql(statement).execute()));
        comparison = new TableComparison(database, 7, 1);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void rows_are_the_same_missing_extra_older_or_different() throws InterruptedException {
        store(thing("same", 1, "1.0"), thing("older", 1, "1"), thing("differs", 1, "1"), thing("extra", 1, "1"));
        comparison.begin();

        list(thing("same", 1, "1.00"), thing("older", 2, "2"), thing("differs", 1, "2"), thing("missing", 1, "1"));

        Result result = judged(Optional.empty());
        assertThat(result.counts())
                .containsOnly(
                        entry(Difference.MATCHING, 1L),
                        entry(Difference.OLDER, 1L),
                        entry(Difference.DIFFERING, 1L),
                        entry(Difference.MISSING, 1L),
                        entry(Difference.EXTRA, 1L));
        assertThat(result.keys())
                .containsOnly(
                        entry(Difference.OLDER, List.of("older")),
                        entry(Difference.DIFFERING, List.of("differs")),
                        entry(Difference.MISSING, List.of("missing")),
                        entry(Difference.EXTRA, List.of("extra")));
    }

    @Test
    void what_was_changed_after_the_beginning_is_no_difference() throws InterruptedException {
        store(thing("changed", 1, "1"), thing("same", 1, "1"));
        comparison.begin();
        list(thing("changed", 1, "1"), thing("same", 1, "1"), thing("younger", 11, "1"));

        store(thing("changed", 3, "3"), thing("new", 3, "3"), thing("same", 3, "1"));

        list(thing("same", 3, "1"));
        assertThat(judged(Optional.empty()).counts())
                .as("changed, new, and what the provider changed after it was asked")
                .containsOnly(entry(Difference.MATCHING, 1L), entry(Difference.CHANGED_MEANWHILE, 3L));
    }

    @Test
    void rows_that_are_deleted_or_erased_need_not_be_listed() throws InterruptedException {
        store(thing("deleted", 1, "1"), thing("erased", 1, "1"), thing("erased_and_listed", 1, "1"));
        store(deletion("deleted", 2), deletion("never_seen", 2));
        TableWriter.erase(database, THINGS, 1, "erased", session -> {});
        TableWriter.erase(database, THINGS, 1, "erased_and_listed", session -> {});
        comparison.begin();

        list(thing("erased_and_listed", 1, "1"));

        assertThat(judged(Optional.empty()).counts()).isEmpty();
    }

    @Test
    void a_deletion_in_a_list_of_events_is_compared_too() throws InterruptedException {
        store(thing("deleted", 1, "1"), thing("lives", 1, "1"), thing("came_back", 1, "1"));
        store(deletion("deleted", 2), deletion("came_back", 2));
        comparison.begin();

        list(thing("came_back", 3, "1"));
        list(deletion("deleted", 2), deletion("lives", 2), deletion("unknown", 2));

        Result result = judged(Optional.empty());
        assertThat(result.counts()).containsOnly(entry(Difference.MATCHING, 2L), entry(Difference.OLDER, 2L));
        assertThat(result.keys()).containsOnly(entry(Difference.OLDER, List.of("came_back", "lives")));
    }

    @Test
    void a_resource_that_is_listed_twice_is_compared_in_its_newest_state() throws InterruptedException {
        store(thing("t", 2, "2"));
        comparison.begin();

        list(thing("t", 1, "1"), thing("t", 2, "2"));
        list(State.listed(THING, json("t", 1, "1"), ASKED.minusSeconds(60), ASKED, 0));

        assertThat(judged(Optional.empty()).counts()).containsOnly(entry(Difference.MATCHING, 1L));
    }

    @Test
    void a_row_that_would_not_be_listed_is_out_of_reach() throws InterruptedException {
        store(thing("day_1", 1, "1"), thing("day_3", 3, "1"));
        comparison.begin();
        list();
        Instant second = Instant.parse("2026-03-02T00:00:00Z");

        assertThat(judged(Optional.of(new Limit(Optional.of("created_at"), second)))
                        .keys())
                .containsOnly(entry(Difference.EXTRA, List.of("day_3")));
        assertThat(judged(Optional.of(new Limit(Optional.of("created_at"), second)))
                        .counts())
                .containsOnly(entry(Difference.EXTRA, 1L), entry(Difference.OUT_OF_REACH, 1L));
        assertThat(judged(Optional.of(new Limit(Optional.empty(), second))).counts())
                .containsOnly(entry(Difference.OUT_OF_REACH, 2L));
    }

    @Test
    void many_rows_are_read_in_portions_and_a_hundred_keys_of_a_kind_are_told() throws InterruptedException {
        List<State> all = new ArrayList<>();
        for (int i = 0; i < 4_500; i++) {
            all.add(thing("t%04d".formatted(i), 1, "1"));
        }
        store(all.subList(0, 4_300).toArray(State[]::new));
        comparison.begin();
        list(all.subList(150, 4_500).toArray(State[]::new));

        Result result = judged(Optional.empty());

        assertThat(result.counts())
                .containsOnly(
                        entry(Difference.MATCHING, 4_150L),
                        entry(Difference.MISSING, 200L),
                        entry(Difference.EXTRA, 150L));
        assertThat(result.keys().get(Difference.MISSING))
                .hasSize(100)
                .startsWith("t4300")
                .endsWith("t4399");
        assertThat(result.keys().get(Difference.EXTRA)).hasSize(100).startsWith("t0000");
    }

    @Test
    void what_was_listed_is_forgotten_at_the_end_and_nothing_is_judged_by_half_of_it() throws InterruptedException {
        var earlier = new TableComparison(database, 6, 1);
        earlier.begin();
        earlier.keep(THINGS, List.of(thing("t", 1, "1")));
        comparison.begin();
        comparison.begin();
        assertThat(comparison.keep(THINGS, List.of(thing("t", 1, "1")))).isTrue();

        comparison.end();
        comparison.end();

        assertThat(comparison.isKnown()).isFalse();
        assertThat(comparison.keep(THINGS, List.of(thing("t", 1, "1")))).isFalse();
        assertThat(comparison.keep(THINGS, List.of())).isFalse();
        assertThat(comparison.judge(THINGS, ASKED, Optional.empty())).isEmpty();
        assertThat(earlier.isKnown()).isFalse();
        assertThat(database.<Long>transaction(session -> session.sql("select count(*) as n from webhookdb.listed")
                        .one(row -> row.number("n"))))
                .isZero();
    }

    private Result judged(Optional<Limit> limit) throws InterruptedException {
        return comparison.judge(THINGS, ASKED, limit).orElseThrow();
    }

    private void store(State... states) {
        TableWriter.store(database, THINGS, List.of(states), Origin.WEBHOOK);
    }

    private void list(State... states) {
        assertThat(comparison.keep(THINGS, List.of(states))).isTrue();
    }

    /** As a list shows it that was asked after its change, on a day of the month on which it was created and changed. */
    private static State thing(String id, int day, String value) {
        return State.listed(THING, json(id, day, value), ASKED, ASKED, 0);
    }

    private static State deletion(String id, int day) {
        return State.of(THING, Item.delete(id, Instant.parse("2026-03-%02dT00:00:00Z".formatted(day))), 0);
    }

    private static Json json(String id, int day, String value) {
        String time = "2026-03-%02dT00:00:00Z".formatted(day);
        return JsonReader.read("{\"id\":\"%s\",\"created_at\":\"%s\",\"updated_at\":\"%s\",\"value\":%s}"
                .formatted(id, time, time, value)
                .getBytes(UTF_8));
    }
}
