package dev.webhookdb.schema;

import static dev.webhookdb.schema.TestTable.State.event;
import static dev.webhookdb.schema.TestTable.State.listed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class UpsertTest {
    private static final String A = "{\"id\": \"x\", \"status\": \"a\"}";
    private static final String B = "{\"id\": \"x\", \"status\": \"b\"}";
    private static final String C = "{\"id\": \"x\", \"status\": \"c\"}";

    @AutoClose
    private final TestTable things = TestTable.of(Things.ordinary());

    @Test
    void a_new_state_becomes_a_row_with_its_columns() {
        things.store(event("x", 10, "e1", A));

        assertThat(things.value("x", "status")).isEqualTo("a");
        assertThat(things.value("x", "updated")).isEqualTo("10");
        assertThat(things.value("x", "data")).isEqualTo(A);
    }

    @Test
    void a_newer_state_replaces_an_older_one_and_not_the_other_way_round() {
        things.store(event("x", 10, "e1", A));
        things.store(event("x", 20, "e2", B));
        things.store(event("x", 15, "e3", C));

        assertThat(things.value("x", "status")).isEqualTo("b");
    }

    @Test
    void of_two_states_in_the_same_second_the_later_arrival_wins() {
        things.store(event("x", 10, "e1", A));
        things.store(event("x", 10, "e2", B));

        assertThat(things.value("x", "status")).isEqualTo("b");
    }

    @Test
    void an_event_that_is_repeated_after_another_of_the_same_second_changes_nothing() {
        things.store(event("x", 10, "e1", A));
        things.store(event("x", 10, "e2", B));
        var before = things.row("x");

        assertThat(things.store(event("x", 10, "e1", A))).isZero();
        assertThat(things.row("x")).isEqualTo(before);
    }

    @Test
    void a_batch_gives_what_its_states_would_give_one_by_one() {
        things.store(
                event("x", 10, "e1", A),
                event("y", 1, "f1", B),
                event("x", 10, "e2", B),
                event("x", 10, "e1", A),
                event("x", 9, "e0", C));

        assertThat(things.value("x", "status")).isEqualTo("b");
        assertThat(things.store(event("x", 10, "e1", A), event("x", 10, "e2", B), event("x", 9, "e0", C)))
                .isZero();
    }

    @Test
    void an_unknown_state_is_found_among_known_ones_of_the_same_second() {
        things.store(event("x", 10, "e1", A));

        things.store(event("x", 10, "e2", B), event("x", 10, "e1", A));

        assertThat(things.value("x", "status")).isEqualTo("b");
    }

    @Test
    void a_known_event_writes_no_row_version() {
        things.store(event("x", 10, "e1", A));
        var before = things.row("x");

        assertThat(things.store(event("x", 10, "e1", A))).isZero();
        assertThat(things.store(event("x", 9, "e0", B))).isZero();
        assertThat(things.row("x")).isEqualTo(before);
    }

    @Test
    void a_newer_event_with_the_same_content_moves_the_time_but_takes_no_change_number() {
        things.store(event("x", 10, "e1", A));
        long change = things.row("x").orElseThrow().change();

        things.store(event("x", 20, "e2", A));

        assertThat(things.value("x", "updated")).isEqualTo("20");
        assertThat(things.row("x").orElseThrow().change()).isEqualTo(change);
    }

    @Test
    void a_change_of_content_takes_a_greater_change_number() {
        things.store(event("x", 10, "e1", A), event("y", 10, "f1", A));
        long greatest = Math.max(
                things.row("x").orElseThrow().change(),
                things.row("y").orElseThrow().change());

        things.store(event("x", 20, "e2", B));

        assertThat(things.row("x").orElseThrow().change()).isGreaterThan(greatest);
    }

    @Test
    void a_later_list_heals_what_missed_events_left_stale() {
        things.store(event("x", 10, "e1", A));
        things.store(listed("x", 30, B));
        things.store(event("x", 20, "e2", C));

        assertThat(things.value("x", "status")).isEqualTo("b");
    }

    @Test
    void a_deletion_keeps_the_row_and_is_not_undone_by_a_late_state() {
        things.store(event("x", 10, "e1", A));
        things.delete("x", 20);
        things.store(event("x", 15, "e2", B));
        things.store(event("x", 20, "e3", C));

        assertThat(things.row("x").orElseThrow().deletedAt()).contains(Instant.ofEpochSecond(20));
        assertThat(things.value("x", "status")).isEqualTo("c");
    }

    @Test
    void a_state_newer_than_the_deletion_clears_it() {
        things.store(event("x", 10, "e1", A));
        things.delete("x", 20);
        things.store(event("x", 21, "e2", A));

        assertThat(things.row("x").orElseThrow().deletedAt()).isEmpty();
    }

    @Test
    void a_deletion_that_comes_first_leaves_a_tombstone_which_a_late_state_fills() {
        things.delete("x", 20);
        assertThat(things.row("x").orElseThrow().data()).isEqualTo("{\"id\": \"x\"}");

        things.store(event("x", 10, "e1", A));

        assertThat(things.value("x", "status")).isEqualTo("a");
        assertThat(things.row("x").orElseThrow().deletedAt()).contains(Instant.ofEpochSecond(20));
    }

    @Test
    void an_old_or_repeated_deletion_changes_nothing() {
        things.store(event("x", 10, "e1", A));
        assertThat(things.delete("x", 9)).isZero();
        assertThat(things.delete("x", 20)).isOne();
        assertThat(things.delete("x", 20)).isZero();
        assertThat(things.delete("x", 15)).isZero();

        assertThat(things.row("x").orElseThrow().deletedAt()).contains(Instant.ofEpochSecond(20));
    }

    @Test
    void a_resource_with_its_own_time_of_modification_is_ordered_by_it() {
        Resource dated = Things.declared()
                .columns(Column.timestamp("updated").at("updated_at"), Column.text("status"))
                .build();
        TestTable table = TestTable.of(dated);
        table.store(event("x", 99, "e1", "{\"updated_at\":\"2026-01-02T00:00:00+02:00\",\"status\":\"new\"}"));
        table.store(event("x", 100, "e2", "{\"updated_at\":\"2026-01-01T21:59:59Z\",\"status\":\"old\"}"));

        assertThat(table.value("x", "status")).isEqualTo("new");
        assertThat(table.value("x", "_as_of")).isEqualTo("2026-01-01 22:00:00+00");
    }

    @Test
    void names_that_are_too_long_for_an_index_are_shortened_without_clashing() {
        String start = "a".repeat(44);
        Resource wide = Things.declared()
                .columns(
                        Column.text(start + "_one").index(),
                        Column.text(start + "_two").index(),
                        Column.integer("updated").asOf())
                .build();
        TestTable table = TestTable.in(things.database(), "t".repeat(50), wide);

        long indexes = table.database()
                .transaction(
                        session -> session.sql("select count(*) as number from pg_indexes where tablename = :table")
                                .bind("table", table.table().name())
                                .one(row -> row.number("number")));

        assertThat(indexes).isEqualTo(4);
    }
}
