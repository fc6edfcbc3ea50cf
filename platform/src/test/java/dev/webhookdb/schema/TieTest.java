package dev.webhookdb.schema;

import static dev.webhookdb.schema.TestTable.State.event;
import static dev.webhookdb.schema.TestTable.State.listed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.schema.TestTable.State;
import dev.webhookdb.spi.Column;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which of two states of one instant is the newer one: ADR 1. All of them are of second 10 of the resource. */
class TieTest {
    private static final String INCOMPLETE = "{\"id\": \"x\", \"status\": \"incomplete\"}";
    private static final String ACTIVE = "{\"id\": \"x\", \"status\": \"active\"}";
    private static final String CANCELED = "{\"id\": \"x\", \"status\": \"canceled\"}";

    @AutoClose
    private final TestTable things = TestTable.of(Things.ordinary());

    @Test
    void the_older_event_of_a_list_does_not_beat_the_newer_one_that_was_delivered() {
        things.store(event("x", 10, "updated", ACTIVE).known(10_500));

        things.store(inList("created", INCOMPLETE, 60_000), inList("updated", ACTIVE, 60_000));
        assertStatus("active");

        things.store(event("x", 10, "created", INCOMPLETE).known(90_000));
        assertStatus("active");
    }

    @Test
    void a_newer_event_whose_webhook_was_lost_wins_when_it_is_listed() {
        things.store(event("x", 10, "created", INCOMPLETE).known(10_500));

        things.store(inList("created", INCOMPLETE, 60_000), inList("updated", ACTIVE, 60_000));

        assertStatus("active");
    }

    @Test
    void the_order_of_the_list_corrects_events_that_arrived_reversed() {
        things.store(event("x", 10, "updated", ACTIVE).known(10_400));
        things.store(event("x", 10, "created", INCOMPLETE).known(10_500));
        assertStatus("incomplete");

        things.store(inList("created", INCOMPLETE, 60_000), inList("updated", ACTIVE, 60_000));

        assertStatus("active");
    }

    @Test
    void a_list_of_events_that_says_nothing_new_writes_nothing() {
        things.store(event("x", 10, "created", INCOMPLETE).known(10_400));
        things.store(event("x", 10, "updated", ACTIVE).known(10_500));
        var before = things.row("x");

        assertThat(things.store(inList("created", INCOMPLETE, 60_000), inList("updated", ACTIVE, 60_000)))
                .isZero();
        assertThat(things.row("x")).isEqualTo(before);
    }

    @Test
    void an_event_that_was_received_after_the_list_of_events_was_asked_is_newer_than_all_of_the_list() {
        things.store(event("x", 10, "canceled", CANCELED).known(10_900));

        things.store(inList("created", INCOMPLETE, 10_600), inList("updated", ACTIVE, 10_600));

        assertStatus("canceled");
    }

    @Test
    void where_the_list_of_events_lacks_the_one_that_the_row_holds_nothing_is_decided() {
        things.store(event("x", 10, "unlisted", ACTIVE).known(10_500));

        var stored = things.stored(List.of(inList("created", INCOMPLETE, 60_000)));

        assertThat(stored.undecided()).containsOnlyKeys("x");
    }

    @Test
    void what_was_triggered_later_wins_whenever_it_arrives() {
        things.store(event("x", 10, "paid", ACTIVE).known(10_900).as(Rank.TRIGGERED));
        things.store(event("x", 10, "create", INCOMPLETE).known(10_100).as(Rank.TRIGGERED));

        assertStatus("active");
    }

    @Test
    void a_list_that_was_asked_after_an_event_was_received_knows_better() {
        things.store(event("x", 10, "create", INCOMPLETE).known(10_100));
        things.store(listed("x", 10, ACTIVE).known(60_000));

        assertStatus("active");
    }

    @Test
    void an_event_that_was_received_after_a_list_was_asked_knows_better_even_if_the_list_is_stored_later() {
        things.store(event("x", 10, "paid", ACTIVE).known(10_900));
        things.store(listed("x", 10, INCOMPLETE).known(10_500));

        assertStatus("active");
    }

    @Test
    void a_webhook_that_is_tried_again_after_a_list_was_read_is_as_old_as_it_was() {
        things.store(listed("x", 10, ACTIVE).known(60_000));
        things.store(event("x", 10, "create", INCOMPLETE).known(10_100));

        assertStatus("active");
    }

    @Test
    void of_two_lists_the_one_that_was_asked_later_wins() {
        things.store(listed("x", 10, ACTIVE).known(10_900));
        things.store(listed("x", 10, INCOMPLETE).known(10_100));

        assertStatus("active");
    }

    /** Somebody changed it and changed it back within the second; the list that was asked after that says so, though it says nothing new. */
    @Test
    void a_list_that_shows_again_what_the_row_holds_knows_better_than_an_event_before_it() {
        things.store(listed("x", 10, INCOMPLETE).known(10_400));
        things.store(listed("x", 10, INCOMPLETE).known(11_300));

        things.store(event("x", 10, "updated", ACTIVE).known(10_600).as(Rank.TRIGGERED));

        assertStatus("incomplete");
    }

    @Test
    void a_list_that_shows_again_what_was_known_after_the_second_was_over_writes_nothing() {
        things.store(listed("x", 10, INCOMPLETE).known(10_400));
        things.store(listed("x", 10, INCOMPLETE).known(11_300));
        var before = things.row("x");

        assertThat(things.store(listed("x", 10, INCOMPLETE).known(60_000))).isZero();
        assertThat(things.row("x")).isEqualTo(before);
    }

    @Test
    void events_of_one_instant_are_undecided_whether_they_come_together_or_not() {
        assertThat(things.stored(List.of(event("x", 10, "e1", INCOMPLETE), event("x", 10, "e2", ACTIVE)))
                        .undecided())
                .containsOnlyKeys("x")
                .containsValue(Instant.ofEpochSecond(10));

        things.store(event("y", 10, "e1", INCOMPLETE.replace('x', 'y')));
        assertThat(things.stored(List.of(event("y", 10, "e2", ACTIVE.replace('x', 'y'))))
                        .undecided())
                .containsOnlyKeys("y");
    }

    @Test
    void they_stay_undecided_until_something_decides() {
        things.store(
                event("x", 10, "e1", INCOMPLETE).known(10_100),
                event("x", 10, "e2", ACTIVE).known(10_200));
        State repeated = event("x", 10, "e2", ACTIVE).known(10_200);

        assertThat(things.stored(List.of(repeated)))
                .isEqualTo(new TestTable.Stored(0, Map.of("x", Instant.ofEpochSecond(10))));
        assertThat(things.isUndecided("x", 10, 10_200)).isTrue();

        things.store(listed("x", 10, ACTIVE).known(10_700));
        assertThat(things.isUndecided("x", 10, 10_200)).isFalse();
        assertThat(things.isUndecided("x", 10, 10_800)).isTrue();
        assertThat(things.stored(List.of(repeated)).undecided()).isEmpty();

        things.store(listed("x", 11, ACTIVE).known(11_000));
        assertThat(things.isUndecided("x", 10, 10_800)).isFalse();
    }

    @Test
    void an_older_one_that_is_stored_late_is_undecided_as_well() {
        things.store(event("x", 10, "e2", ACTIVE).known(10_200));

        var stored = things.stored(List.of(event("x", 10, "e1", INCOMPLETE).known(10_100)));

        assertThat(stored.written()).isZero();
        assertThat(stored.undecided()).containsOnlyKeys("x");
        assertStatus("active");
    }

    @Test
    void events_with_the_same_content_and_events_that_say_when_they_were_triggered_are_decided() {
        assertThat(things.stored(List.of(event("x", 10, "e1", ACTIVE), event("x", 10, "e2", ACTIVE)))
                        .undecided())
                .isEmpty();
        assertThat(things.stored(List.of(event("x", 10, "e3", ACTIVE))).undecided())
                .isEmpty();
        assertThat(things.stored(List.of(
                                event("x", 11, "e4", ACTIVE).known(11_100).as(Rank.TRIGGERED),
                                event("x", 11, "e5", INCOMPLETE).known(11_200).as(Rank.TRIGGERED)))
                        .undecided())
                .isEmpty();
    }

    @Test
    void what_is_deleted_and_changed_in_one_instant_is_deleted_in_either_order() {
        things.delete("x", 10);
        things.store(event("x", 10, "e1", ACTIVE).known(60_000));
        assertThat(things.row("x").orElseThrow().deletedAt()).isPresent();

        things.store(event("y", 10, "e1", ACTIVE.replace('x', 'y')).known(60_000));
        things.delete("y", 10);
        assertThat(things.row("y").orElseThrow().deletedAt()).isPresent();
    }

    @Test
    void the_rule_is_the_same_where_the_resource_has_its_own_time_of_modification() {
        TestTable orders = TestTable.of(Things.declared()
                .columns(Column.timestamp("updated").at("updated_at"), Column.text("status"))
                .build());
        State pending = event("x", 0, "create", dated("pending")).known(10_100).as(Rank.TRIGGERED);
        State paid = event("x", 0, "updated", dated("paid")).known(10_900).as(Rank.TRIGGERED);

        orders.store(paid);
        orders.store(pending);
        assertThat(orders.value("x", "status")).isEqualTo("paid");

        orders.clear();
        orders.store(pending);
        orders.store(listed("x", 60, dated("paid")).known(60_000));
        assertThat(orders.value("x", "status")).isEqualTo("paid");
    }

    @Test
    void rows_of_before_there_was_such_a_time_are_replaced_by_whatever_is_known_of_the_same_instant() {
        things.store(event("x", 10, "e1", INCOMPLETE).known(90_000));
        things.database().run(session -> {
            session.sql("alter table things drop column _known_at").execute();
            session.sql("alter table things add column _known_at timestamptz").execute();
        });

        assertThat(things.store(event("x", 10, "e1", INCOMPLETE).known(90_000))).isZero();
        things.store(listed("x", 10, ACTIVE).known(60_000));

        assertStatus("active");
    }

    private void assertStatus(String expected) {
        assertThat(things.value("x", "status")).isEqualTo(expected);
    }

    private static State inList(String id, String json, long askedMillis) {
        return event("x", 10, id, json).known(askedMillis).as(Rank.LISTED_EVENT);
    }

    private static String dated(String status) {
        return "{\"id\": \"x\", \"updated_at\": \"1970-01-01T00:00:10Z\", \"status\": \"%s\"}".formatted(status);
    }
}
