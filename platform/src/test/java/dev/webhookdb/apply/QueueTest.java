package dev.webhookdb.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import dev.webhookdb.store.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is taken from the queue, and what is known of it then. */
class QueueTest {
    private static final Queue.Except NOTHING = new Queue.Except(new long[0], new long[0]);
    private static final long PLENTY = 1 << 20;
    private static final Duration VISIBILITY = Duration.ofSeconds(15);

    private static PlatformDatabase platform;
    private static Database database;

    private final Queue queue = new Queue(database, "https://example.org");
    private InHand here;
    private InHand elsewhere;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        database = platform.database();
        TestPostgres.makePartitions(database, "webhook_segment", "webhook_outcome");
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    void start() {
        here = new InHand(database, new BackgroundTasks());
        elsewhere = new InHand(database, new BackgroundTasks());
    }

    @AfterEach
    void clear() {
        here.close();
        elsewhere.close();
        database.run(session -> session.sql(
                        "truncate webhook_segment, webhook_row, webhook_queue, webhook_outcome, webhook_in_hand, organization cascade")
                .execute());
    }

    @Test
    void what_is_taken_is_hidden_and_counts_as_no_attempt_before_it_is_begun() {
        arrived(1, 10, "body");

        assertThat(claim()).singleElement().satisfies(taken -> {
            assertThat(taken.attempts()).isZero();
            assertThat(taken.isSuspect()).isFalse();
            assertThat(taken.request().text()).isEqualTo("body");
        });
        assertThat(claim()).isEmpty();
    }

    @Test
    void what_a_host_had_in_hand_when_it_died_comes_back_as_an_attempt_and_a_death_counted_once() {
        arrived(1, 10, "a");
        arrived(1, 11, "b");
        List<Delivery> taken = claim();
        elsewhere.begin(List.of(taken.getFirst()));
        died();

        assertThat(claim())
                .extracting(Delivery::webhookId, Delivery::attempts, Delivery::deaths)
                .containsExactly(tuple(10L, 1, 1), tuple(11L, 0, 0));
        due();
        assertThat(claim()).extracting(Delivery::deaths).containsExactly(1, 0);
        assertThat(inHand()).isZero();
    }

    /** What became due after a claim looked for it, or was locked then, is taken with the next one. */
    @Test
    void what_is_due_and_was_not_taken_is_a_reason_to_look_again_at_once() {
        assertThat(queue.nextDue()).isEmpty();
        arrived(1, 10, "a");
        claim();
        assertThat(queue.nextDue().orElseThrow()).isBetween(Duration.ofMinutes(50), Duration.ofMinutes(60));

        arrived(1, 11, "b");
        assertThat(queue.nextDue()).contains(Duration.ofMillis(1));
    }

    @Test
    void what_this_host_received_is_taken_before_it_is_due_unless_somebody_took_it() {
        received(1, 10);
        received(1, 11);
        received(1, 12);
        assertThat(claim()).isEmpty();
        due(11);
        assertThat(claim()).extracting(Delivery::webhookId).containsExactly(11L);

        assertThat(queue.claimReceived(new long[] {10, 11}, VISIBILITY))
                .extracting(Delivery::webhookId, Delivery::attempts)
                .containsExactly(tuple(10L, 0));
        assertThat(queue.claimReceived(new long[] {10, 11}, VISIBILITY)).isEmpty();
        assertThat(claim()).isEmpty();
    }

    @Test
    void what_somebody_asked_for_once_more_is_told_as_that() {
        arrived(1, 10, "a");
        arrived(1, 11, "b");
        database.run(session -> session.sql("update webhook_queue set replayed = true where webhook_id = 11")
                .execute());

        assertThat(claim()).extracting(Delivery::origin).containsExactly(Origin.WEBHOOK, Origin.REPLAY);
    }

    @Test
    void each_death_counts() {
        arrived(1, 10, "a");
        for (int deaths = 0; deaths < 3; deaths++) {
            List<Delivery> taken = claim();
            assertThat(taken).singleElement().extracting(Delivery::deaths).isEqualTo(deaths);
            elsewhere.begin(taken);
            died();
        }
    }

    @Test
    void what_a_host_that_lives_has_in_hand_is_no_death_however_long_it_takes() {
        arrived(1, 10, "a");
        here.begin(claim());
        due();

        assertThat(claim()).singleElement().extracting(Delivery::deaths).isEqualTo(0);
    }

    @Test
    void what_was_settled_is_in_nobodys_hand() {
        arrived(1, 10, "a");
        List<Delivery> taken = claim();
        long batch = here.begin(taken);

        queue.settle(
                List.of(DeliveryResult.of(taken.getFirst(), new Outcome.Done(), Set.of())),
                session -> here.end(session, batch));

        assertThat(inHand()).isZero();
        due();
        assertThat(claim()).isEmpty();
    }

    @Test
    void no_more_is_taken_than_there_is_room_for_but_always_one() {
        arrived(1, 10, "x".repeat(3_000));
        arrived(1, 11, "x".repeat(2_000));
        arrived(1, 12, "x".repeat(3_000));

        assertThat(claim(100, NOTHING)).extracting(Delivery::webhookId).containsExactly(10L);
        assertThat(claim(2_500, NOTHING)).extracting(Delivery::webhookId).containsExactly(11L, 12L);
        assertThat(claim()).isEmpty();
    }

    @Test
    void what_was_left_for_want_of_room_is_not_passed_over() {
        arrived(1, 10, "x".repeat(3_000));
        arrived(1, 11, "x".repeat(3_000));

        assertThat(claim(100, NOTHING)).extracting(Delivery::webhookId).containsExactly(10L);
        assertThat(claim()).extracting(Delivery::webhookId).containsExactly(11L);
        due();
        assertThat(claim()).extracting(Delivery::webhookId).containsExactly(10L, 11L);
    }

    @Test
    void organizations_that_rest_and_endpoints_that_are_full_are_left_where_they_are() {
        endpoint(1, 100);
        endpoint(2, 100);
        endpoint(3, 200);
        arrived(1, 10, "a");
        arrived(2, 11, "b");
        arrived(3, 12, "c");

        assertThat(claim(PLENTY, new Queue.Except(new long[0], new long[] {100})))
                .extracting(Delivery::webhookId)
                .containsExactly(12L);
        assertThat(claim(PLENTY, new Queue.Except(new long[] {1}, new long[] {200})))
                .extracting(Delivery::webhookId)
                .containsExactly(11L);
    }

    private List<Delivery> claim() {
        return claim(PLENTY, NOTHING);
    }

    private List<Delivery> claim(long bytes, Queue.Except except) {
        return queue.claim(500, bytes, Duration.ofHours(1), except);
    }

    private static void endpoint(long id, long organization) {
        database.run(session -> {
            session.sql("""
                            insert into organization (id, key, name) overriding system value
                            values (:id, :key, :key) on conflict do nothing""")
                    .bind("id", organization)
                    .bind("key", "organization_" + organization)
                    .execute();
            session.sql("""
                            insert into endpoint (id, opaque_id, organization_id, connector_id) overriding system value
                            values (:id, :opaque, :organization, 'fixture')""")
                    .bind("id", id)
                    .bind("opaque", "svi_" + id)
                    .bind("organization", organization)
                    .execute();
        });
    }

    private static void arrived(long endpoint, long id, String body) {
        Instant now = Instant.now();
        database.run(session -> {
            session.sql("""
                            insert into webhook (id, endpoint_id, received_at, method, url, headers, body, verdict)
                            values (:id, :endpoint, :now, 'POST', '/', '{}', convert_to(:body, 'UTF8'), 0)""")
                    .bind("id", id)
                    .bind("endpoint", endpoint)
                    .bind("now", now)
                    .bind("body", body)
                    .execute();
            session.sql("""
                            insert into webhook_queue (webhook_id, endpoint_id, received_at, due_at)
                            values (:id, :endpoint, :now, clock_timestamp())""")
                    .bind("id", id)
                    .bind("endpoint", endpoint)
                    .bind("now", now)
                    .execute();
        });
    }

    /** The other host gives no more signs of life, and what it took is visible again. */
    private void died() {
        elsewhere.close();
        database.run(session -> session.sql("update webhook_in_hand set alive_at = alive_at - interval '1 minute'")
                .execute());
        elsewhere = new InHand(database, new BackgroundTasks());
        due();
    }

    /** As the host writes it that stores it, if all goes well. */
    private static void received(long endpoint, long id) {
        arrived(endpoint, id, "body");
        database.run(session -> session.sql("""
                        update webhook_queue set due_at = received_at + :visibility * interval '1 millisecond'
                        where webhook_id = :id""")
                .bind("visibility", VISIBILITY.toMillis())
                .bind("id", id)
                .execute());
    }

    private static void due(long id) {
        database.run(
                session -> session.sql("update webhook_queue set due_at = clock_timestamp() where webhook_id = :id")
                        .bind("id", id)
                        .execute());
    }

    private static void due() {
        database.run(session -> session.sql("update webhook_queue set due_at = clock_timestamp()")
                .execute());
    }

    private static long inHand() {
        return database.transaction(session ->
                session.sql("select count(*) as number from webhook_in_hand").one(row -> row.number("number")));
    }
}
