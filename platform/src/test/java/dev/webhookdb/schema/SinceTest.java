package dev.webhookdb.schema;

import static dev.webhookdb.schema.TestTable.State.event;
import static dev.webhookdb.schema.TestTable.State.listed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.schema.TestTable.State;
import dev.webhookdb.spi.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Since when a subscriber has not been active, although the provider does not say. */
class SinceTest {
    private static final Column CANCELED =
            Column.timestamp("canceled_at").at("state").sinceNot("active").index();

    private final TestTable subscribers = table();

    @Test
    void while_the_state_is_the_named_one_nothing_began() {
        subscribers.store(state(10, "active"));

        assertSince("NULL");
    }

    @Test
    void the_first_other_state_counts_and_is_kept_while_it_is_another() {
        subscribers.store(state(10, "active"));
        subscribers.store(state(20, "cancelled"));
        subscribers.store(state(30, "bounced"));
        subscribers.store(listed("x", 40, json("bounced")));

        assertSince(20);
    }

    @Test
    void a_row_that_begins_with_another_state_counts_from_there() {
        subscribers.store(state(20, "cancelled"));
        subscribers.store(state(30, "cancelled"));

        assertSince(20);
    }

    @Test
    void the_named_state_ends_it_and_the_next_other_one_begins_anew() {
        subscribers.store(state(20, "cancelled"));
        subscribers.store(state(30, "active"));
        assertSince("NULL");

        subscribers.store(state(40, "cancelled"));
        subscribers.store(state(50, "cancelled"));
        assertSince(40);
    }

    @Test
    void a_state_that_is_not_told_ends_it() {
        subscribers.store(state(20, "cancelled"));
        subscribers.store(event("x", 30, "e30", "{\"id\": \"x\", \"state\": null}"));
        assertSince("NULL");

        subscribers.store(event("x", 40, "e40", "{\"id\": \"x\"}"));
        assertSince("NULL");
    }

    @Test
    void the_state_may_be_in_one_of_several_places() {
        TestTable either = TestTable.of(Things.declared()
                .columns(
                        Column.timestamp("canceled_at").at("status").or("state").sinceNot("active"),
                        Column.integer("updated").asOf())
                .build());

        either.store(state(10, "active"));
        assertThat(either.value("x", "canceled_at")).isEqualTo("NULL");
        either.store(state(20, "cancelled"), state(30, "cancelled"));
        assertThat(either.value("x", "canceled_at")).isNotEqualTo("NULL");
    }

    @Test
    void a_state_that_arrives_late_does_not_move_it() {
        subscribers.store(state(20, "cancelled"));
        subscribers.store(state(10, "cancelled"));
        subscribers.store(state(15, "active"));

        assertSince(20);
    }

    @Test
    void within_a_batch_the_first_of_the_last_stretch_counts() {
        subscribers.store(state(10, "cancelled"), state(20, "active"), state(30, "cancelled"), state(40, "cancelled"));

        assertSince(30);
    }

    @Test
    void a_batch_that_ends_and_begins_it_forgets_what_the_row_knew() {
        subscribers.store(state(10, "cancelled"));
        subscribers.store(state(20, "active"), state(30, "cancelled"));

        assertSince(30);
    }

    @Test
    void a_batch_gives_what_its_states_would_give_one_by_one() {
        for (int seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            List<State> states = new ArrayList<>();
            for (long second = 1; second <= 12; second++) {
                states.add(state(second * 10, random.nextBoolean() ? "active" : "cancelled"));
            }
            TestTable singly = table();
            states.forEach(singly::store);
            TestTable batched = table();
            int cut = random.nextInt(1, 11);
            batched.store(states.subList(0, cut));
            batched.store(states.subList(cut, states.size()));

            assertThat(batched.value("x", "canceled_at"))
                    .as("seed %d", seed)
                    .isEqualTo(singly.value("x", "canceled_at"));
        }
    }

    @Test
    void a_column_that_is_added_later_begins_with_the_present_state_and_is_filled_once() {
        TestTable before = TestTable.of(
                Things.declared().columns(Column.integer("updated").asOf()).build());
        before.store(event("x", 20, "e20", json("cancelled")), event("y", 20, "e21", json("active")));
        Table after = new Table(
                "things",
                Things.declared()
                        .columns(Column.integer("updated").asOf(), CANCELED)
                        .build());

        before.database()
                .run(session -> session.sql(after.add(List.of(CANCELED))).execute());

        assertThat(fill(before, after)).isEqualTo(1);
        assertThat(Instant.parse(
                        before.value("x", "canceled_at").replace(' ', 'T').replaceFirst("[+]00$", "Z")))
                .isEqualTo(Instant.ofEpochSecond(20));
        assertThat(before.value("y", "canceled_at")).isEqualTo("NULL");
        assertThat(fill(before, after)).isZero();
    }

    private static int fill(TestTable table, Table after) {
        return table.database()
                .transaction(session -> session.sql(after.fill(List.of(CANCELED)))
                        .bind("from", 0L)
                        .bind("to", 100L)
                        .execute());
    }

    private static TestTable table() {
        return TestTable.of(Things.declared()
                .columns(CANCELED, Column.integer("updated").asOf())
                .build());
    }

    private static State state(long second, String state) {
        return event("x", second, "e" + second, json(state));
    }

    private static String json(String state) {
        return "{\"id\": \"x\", \"state\": \"%s\"}".formatted(state);
    }

    private void assertSince(long second) {
        assertSince(subscribers
                .database()
                .transaction(session -> session.sql("select to_timestamp(:second)::text as value")
                        .bind("second", second)
                        .one(row -> row.text("value"))));
    }

    private void assertSince(String expected) {
        assertThat(subscribers.value("x", "canceled_at")).isEqualTo(expected);
    }
}
