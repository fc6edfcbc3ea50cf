package dev.webhookdb.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.schema.LatestRows.Values;
import dev.webhookdb.schema.TestTable.State;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the latest rows of a table have, and those before. */
class LatestRowsTest {
    private static final Resource INDEXED = Things.ordinary();
    private static final Resource UNINDEXED = Things.declared()
            .columns(Column.text("status"), Column.integer("updated").asOf())
            .build();

    @Test
    void an_empty_table_has_nothing() {
        assertThat(latest(INDEXED, List.of(), "")).isEqualTo(new Values("status", 0, 0, 0));
    }

    @Test
    void nulls_are_counted_from_the_latest_row_on() {
        assertThat(latest(INDEXED, states(60, i -> i < 11 ? "\"x\"" : "null"), ""))
                .isEqualTo(new Values("status", 49, 10, 10));
        assertThat(latest(INDEXED, states(60, i -> i < 10 ? "\"x\"" : "null"), ""))
                .isEqualTo(new Values("status", 50, 10, 10));
        assertThat(latest(UNINDEXED, states(60, i -> i < 10 ? "\"x\"" : "null"), ""))
                .isEqualTo(new Values("status", 50, 10, 10));
    }

    @Test
    void a_column_that_never_had_values_is_not_one_that_lost_them() {
        Values values = latest(INDEXED, states(60, i -> "null"), "");

        assertThat(values.isGone()).isTrue();
        assertThat(values.percentBefore()).isZero();
    }

    @Test
    void what_was_deleted_does_not_count() {
        List<State> states = states(60, i -> i < 10 ? "\"x\"" : "null");

        Values values = latest(INDEXED, states, "update things set deleted_at = now() where thing_id = 't59'");

        assertThat(values).isEqualTo(new Values("status", 49, 9, 9));
        assertThat(values.isGone()).isFalse();
    }

    @Test
    void what_was_told_last_is_the_latest_whenever_its_row_came_to_be() {
        List<State> states = new ArrayList<>(states(60, i -> "\"x\""));
        states.addAll(states(10, i -> "null").stream()
                .map(state -> State.event(state.key(), 1_000, "again", state.json()))
                .toList());

        assertThat(latest(INDEXED, states, "")).isEqualTo(new Values("status", 10, 10, 10));
    }

    private static Values latest(Resource resource, List<State> states, String besides) {
        try (TestTable table = TestTable.of(resource)) {
            states.forEach(table::store);
            if (!besides.isEmpty()) {
                table.database().run(session -> session.sql(besides).execute());
            }
            return table.database()
                    .transaction(session -> LatestRows.of(session, table.table()))
                    .getFirst();
        }
    }

    private static List<State> states(int count, IntFunction<String> status) {
        return IntStream.range(0, count)
                .mapToObj(i -> State.event(
                        "t" + i, 100 + i, "e" + i, "{\"id\":\"t%d\",\"status\":%s}".formatted(i, status.apply(i))))
                .toList();
    }
}
