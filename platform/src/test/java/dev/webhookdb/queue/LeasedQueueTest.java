package dev.webhookdb.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.platform.TableReads;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Failure.Kind;
import dev.webhookdb.retry.Pauses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets which row, and what becomes of it when hosts die. */
class LeasedQueueTest {
    private Parcels parcels;
    private LeasedQueue<String> here;
    private LeasedQueue<String> elsewhere;

    @BeforeEach
    void open() {
        parcels = new Parcels();
        here = parcels.host();
        elsewhere = parcels.host();
    }

    @AfterEach
    void close() {
        parcels.close();
    }

    @Test
    void a_row_is_claimed_by_one_host_and_gone_when_it_is_done() {
        parcels.add(1, "a");

        Lease<String> lease = only(here);

        assertThat(lease.payload()).isEqualTo("a");
        assertThat(lease.attempts()).isEqualTo(1);
        assertThat(elsewhere.claim(10).isEmpty()).isTrue();
        assertThat(here.settle(lease, new Result.Done())).isTrue();
        assertThat(parcels.column("id")).isEmpty();
    }

    @Test
    void three_hosts_that_claim_at_the_same_time_share_all_rows_and_none_gets_one_twice() throws Exception {
        for (int i = 0; i < 300; i++) {
            parcels.add(i % 7, String.valueOf(i));
        }
        List<String> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<List<String>> claiming = () -> everything(parcels.host());
            for (Future<List<String>> one : threads.invokeAll(List.of(claiming, claiming, claiming))) {
                all.addAll(one.get());
            }
        }

        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 300).mapToObj(String::valueOf).toList());
    }

    @Test
    void what_a_host_died_with_is_taken_over_as_a_death_and_no_attempt_and_refused_to_the_dead_one() {
        parcels.add(1, "a");
        Lease<String> first = only(here);
        assertThat(elsewhere.claim(10).isEmpty()).as("the lease still holds").isTrue();
        parcels.expireLeases();

        Lease<String> second = only(elsewhere);

        assertThat(second.attempts()).isEqualTo(1);
        assertThat(second.deaths()).isEqualTo(1);
        assertThat(second.isSuspect()).isTrue();
        assertThat(here.renew(List.of(first))).isEmpty();
        assertThat(here.settle(first, new Result.Done())).isFalse();
        assertThat(here.settle(first, failed(Kind.TRANSIENT))).isFalse();
        assertThat(here.settle(first, new Result.Parked("late"))).isFalse();
        here.settle(first, new Result.Released());
        assertThat(elsewhere.renew(List.of(second))).containsExactly(second.key());
        assertThat(parcels.column("reason")).containsExactly("The host ended while this was being done.");
    }

    @Test
    void the_same_host_does_not_take_its_own_lost_row_for_the_one_it_holds() {
        parcels.add(1, "a");
        Lease<String> first = only(here);
        parcels.expireLeases();
        Lease<String> second = only(here);

        assertThat(here.settle(first, new Result.Done())).isFalse();
        assertThat(here.settle(second, new Result.Done())).isTrue();
    }

    @Test
    void a_row_that_killed_its_host_three_times_is_parked_with_a_reason_and_held_up_nothing() {
        parcels.add(1, "poison");
        for (int death = 0; death < 2; death++) {
            assertThat(only(here).payload()).isEqualTo("poison");
            parcels.expireLeases();
        }
        only(here);
        parcels.expireLeases();
        parcels.add(1, "good");

        Claim<String> claim = elsewhere.claim(10);

        assertThat(claim.leases()).extracting(Lease::payload).containsExactly("good");
        assertThat(claim.parked()).extracting(Lease::payload).containsExactly("poison");
        assertThat(parcels.column("reason").getFirst())
                .isEqualTo(
                        "3 hosts ended while this was being done. The server's log says how; replay it when that is mended.");
        assertThat(elsewhere.numbers().parked()).isEqualTo(1);
        parcels.expireLeases();
        assertThat(here.claim(10).leases()).extracting(Lease::payload).containsExactly("good");
    }

    @Test
    void what_is_there_for_good_is_put_off_for_longer_and_longer_when_it_killed_its_host_three_times() {
        LeasedQueue<String> standing = parcels.host(Parcels.TABLE.putOffWhenPoisoned(
                "%d hosts ended.", Pauses.doubling(Duration.ofMinutes(1), Duration.ofMinutes(3))));
        parcels.add(1, "standing");
        for (int death = 0; death < 3; death++) {
            only(standing);
            parcels.expireLeases();
        }
        List<String> pauses = new ArrayList<>();
        for (int death = 3; death < 6; death++) {
            Claim<String> claim = standing.claim(10);
            assertThat(claim.parked()).hasSize(1);
            assertThat(claim.leases()).isEmpty();
            assertThat(standing.claim(10).isEmpty()).isTrue();
            assertThat(parcels.column("reason")).containsExactly(death + " hosts ended.");
            assertThat(parcels.column("parked_at is null and claimed_by is null"))
                    .containsExactly("true");
            pauses.addAll(parcels.column("round(extract(epoch from due_at - clock_timestamp()) / 60)"));

            parcels.set("due_at = clock_timestamp()");
            assertThat(only(standing).deaths()).isEqualTo(death);
            parcels.expireLeases();
        }

        assertThat(pauses).containsExactly("1", "2", "3");
    }

    @Test
    void what_is_parked_can_be_replayed_as_if_it_had_never_been_tried() {
        long id = parcels.add(1, "a");
        assertThat(here.settle(only(here), failed(Kind.PERMANENT))).isTrue();
        assertThat(parcels.column("reason")).containsExactly("It did not work.");
        assertThat(elsewhere.claim(10).isEmpty()).isTrue();

        assertThat(here.replay(Set.of(id, 4711L))).isEqualTo(1);

        assertThat(only(elsewhere).attempts()).isEqualTo(1);
        assertThat(here.replay(Set.of(id))).as("it is not parked any more").isZero();
    }

    @Test
    void what_failed_comes_again_after_the_pause_and_is_parked_after_the_last_attempt() {
        parcels.add(1, "a");
        for (int attempt = 1; attempt <= 3; attempt++) {
            Lease<String> lease = only(here);
            assertThat(lease.attempts()).isEqualTo(attempt);
            assertThat(here.settle(lease, failed(Kind.TRANSIENT))).isTrue();
            assertThat(elsewhere.claim(10).isEmpty())
                    .as("not before the pause is over")
                    .isTrue();
            parcels.set("due_at = clock_timestamp() where due_at is not null");
        }

        assertThat(here.claim(10).isEmpty()).isTrue();
        assertThat(parcels.column("parked_at is not null")).containsExactly("true");
    }

    @Test
    void what_waits_for_others_counts_no_attempt_and_comes_when_they_said() {
        parcels.add(1, "a");

        here.settle(only(here), new Result.Failed(Failure.exhausted(Duration.ofMinutes(7)), "Too many requests."));

        assertThat(parcels.column("attempts")).containsExactly("0");
        assertThat(parcels.column("round(extract(epoch from due_at - clock_timestamp()) / 60)"))
                .containsExactly("7");
        assertThat(here.outlook().next().orElseThrow()).isBetween(Duration.ofMinutes(6), Duration.ofMinutes(7));
    }

    @Test
    void what_is_given_back_is_free_at_once_and_was_not_tried() {
        parcels.add(1, "a");

        here.settle(only(here), new Result.Released());

        Lease<String> again = only(elsewhere);
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(again.deaths()).isZero();
    }

    @Test
    void what_expired_is_removed_with_the_claim_and_what_would_come_too_late_when_it_fails() {
        parcels.add(1, "old");
        parcels.set("expires_at = clock_timestamp() - interval '1 second'");
        parcels.add(1, "young");
        parcels.set("expires_at = clock_timestamp() + interval '30 seconds' where content = 'young'");

        Claim<String> claim = here.claim(10);

        assertThat(claim.expired()).extracting(Lease::payload).containsExactly("old");
        here.settle(claim.leases().getFirst(), failed(Kind.TRANSIENT));
        assertThat(parcels.column("content")).isEmpty();
        assertThat(here.numbers().totals().expired()).isEqualTo(2);
    }

    @Test
    void a_lease_is_the_databases_whatever_the_hosts_clock_says_and_renewing_makes_it_longer() {
        parcels.add(1, "a");
        Lease<String> lease = only(here);
        parcels.set("due_at = clock_timestamp() + interval '1 second'");

        assertThat(here.renew(List.of(lease))).containsExactly(lease.key());

        assertThat(parcels.column("due_at > clock_timestamp() + interval '15 seconds'"))
                .containsExactly("true");
    }

    @Test
    void a_lease_that_ran_out_is_renewed_if_nobody_took_the_row() {
        parcels.add(1, "a");
        Lease<String> lease = only(here);
        parcels.expireLeases();

        assertThat(here.renew(List.of(lease))).containsExactly(lease.key());
        assertThat(elsewhere.claim(10).isEmpty()).isTrue();
    }

    @Test
    void a_claim_takes_as_many_bytes_as_it_may_and_the_first_row_however_large_it_is() {
        parcels.add(1, "x".repeat(100));
        parcels.add(1, "y".repeat(40));
        parcels.add(1, "z".repeat(40));

        assertThat(here.claim(10, 50).leases()).hasSize(1);
        assertThat(here.claim(10, 50).leases()).as("begun within the limit").hasSize(2);
    }

    @Test
    void what_is_urgent_goes_first_within_its_partition() {
        parcels.add(1, "usual");
        parcels.add(1, "urgent");
        parcels.set("priority = 0 where content = 'urgent'");

        assertThat(only(here, 1).payload()).isEqualTo("urgent");
    }

    @Test
    void no_more_rows_of_a_partition_are_in_flight_than_may_be_however_many_hosts_claim() throws Exception {
        for (int i = 0; i < 40; i++) {
            parcels.add(i % 2, String.valueOf(i));
        }
        QueueTable limited = Parcels.TABLE.inFlightAtMost(3);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<List<String>> claiming = () -> everything(parcels.host(limited));
            for (Future<List<String>> one : threads.invokeAll(List.of(claiming, claiming, claiming))) {
                one.get();
            }
        }

        assertThat(
                        parcels.column(
                                "select max(n) from (select count(*) as n from parcel where claimed_by is not null group by tenant) as each"))
                .contains("3")
                .doesNotContain("4", "5", "6", "7", "8", "9");
        assertThat(parcels.host(limited).claim(10).isEmpty()).isTrue();
    }

    @Test
    void what_room_a_partition_has_may_be_a_matter_of_other_tables_and_of_time_and_is_told_when_rows_are_taken() {
        parcels.database.run(session -> session.sql("""
                        create table door (tenant bigint primary key, width integer not null, closed_until timestamptz, passed bigint default 0);
                        insert into door values (1, 2, null), (2, 2, clock_timestamp() + interval '50 seconds')""").execute());
        var room = new QueueTable.Room(
                """
                coalesce((select case when closed_until > (select at from now) then 0 else width - held.number end
                  from door where door.tenant = lane), 0)""",
                "(select min(closed_until) from door where closed_until > now.at)",
                Optional.of(
                        "update door set passed = passed + number from unnest(:lanes, :numbers) as taken (lane, number)"
                                + " where tenant = lane::bigint"));
        LeasedQueue<String> queue = parcels.host(Parcels.TABLE.with(room));
        for (int tenant = 1; tenant <= 3; tenant++) {
            for (int i = 0; i < 5; i++) {
                parcels.add(tenant, "of " + tenant);
            }
        }

        assertThat(queue.claim(10).leases()).extracting(Lease::payload).containsExactly("of 1", "of 1");
        assertThat(queue.claim(10).isEmpty()).isTrue();
        assertThat(queue.outlook().next().orElseThrow()).isBetween(Duration.ofSeconds(10), Parcels.LEASE);
        parcels.set("due_at = due_at + interval '1 hour' where claimed_by is not null");
        assertThat(queue.outlook().next().orElseThrow()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(50));
        parcels.database.run(
                session -> session.sql("update door set closed_until = null").execute());
        assertThat(queue.claim(10).leases()).extracting(Lease::payload).containsExactly("of 2", "of 2");
        assertThat(parcels.column("(select string_agg(passed::text, ',' order by tenant) from door)"))
                .containsOnly("2,2");
    }

    @Test
    void what_is_written_down_together_with_others_is_left_to_whoever_does_that() {
        parcels.add(1, "a");
        Lease<String> lease = only(here);

        assertThat(here.settle(lease, new Result.Together(() -> false))).isFalse();
        assertThat(here.settle(lease, new Result.Together(() -> true))).isTrue();
        assertThat(parcels.column("claimed_by")).containsExactly(lease.claim().toString());
        assertThat(here.numbers().totals().succeeded()).isEqualTo(1);
    }

    @Test
    void a_tenant_with_a_hundred_thousand_rows_keeps_nobody_waiting_for_more_than_a_claim() {
        parcels.database.run(session -> session.sql("""
                        insert into parcel (tenant, content, due_at)
                        select 5, number::text, clock_timestamp() - interval '1 hour' from generate_series(1, 100000) as number""").execute());
        here.claim(8).leases().forEach(lease -> here.settle(lease, new Result.Done()));
        parcels.add(3, "other");
        parcels.add(9, "another");

        long begun = System.nanoTime();
        Claim<String> claim = here.claim(8);

        assertThat(claim.leases())
                .hasSizeBetween(5, 8)
                .extracting(Lease::payload)
                .contains("other", "another");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void more_partitions_than_fit_into_a_claim_take_turns() {
        for (int tenant = 0; tenant < 10; tenant++) {
            for (int row = 0; row < 3; row++) {
                parcels.add(tenant, "%d of tenant %d".formatted(row, tenant));
            }
        }
        List<String> claimed = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            here.claim(2).leases().forEach(lease -> claimed.add(lease.partition()));
        }

        assertThat(claimed).doesNotHaveDuplicates().hasSize(10);
    }

    /** Whose plans were made while nobody had anything in the queue. */
    @Test
    void a_claim_reads_what_it_takes_and_not_the_queue_however_it_grew() {
        LeasedQueue<String> limited = parcels.host(Parcels.TABLE.inFlightAtMost(1_000));
        for (int i = 0; i < 10; i++) {
            assertThat(limited.claim(10).isEmpty()).isTrue();
            limited.outlook();
        }
        parcels.addMany(1, 50_000);
        TableReads before = parcels.reads();

        for (int i = 0; i < 50; i++) {
            Claim<String> claim = limited.claim(10);
            assertThat(claim.leases()).hasSize(10);
            limited.renew(claim.leases());
            limited.outlook();
            claim.leases().forEach(lease -> limited.settle(lease, new Result.Done()));
        }

        TableReads read = parcels.reads().since(before);
        assertThat(read.rows()).as("rows read in order of place").isZero();
        assertThat(read.blocks()).as("blocks for 500 rows").isLessThan(35_000);
    }

    @Test
    void a_queue_is_known_in_numbers() {
        parcels.add(1, "a");
        parcels.add(1, "b");
        parcels.set("due_at = due_at - interval '1 minute'");
        here.settle(only(here, 1), new Result.Done());
        parcels.add(2, "c");
        here.claim(1);

        QueueNumbers numbers = here.numbers();

        assertThat(numbers.waiting()).isEqualTo(1);
        assertThat(numbers.inFlight()).isEqualTo(1);
        assertThat(numbers.totals()).isEqualTo(new QueueNumbers.Totals(2, 1, 0, 0, 0, 0));
    }

    private static Result failed(Kind kind) {
        return new Result.Failed(Failure.of(kind), "It did not work.");
    }

    private static Lease<String> only(LeasedQueue<String> queue) {
        return only(queue, 10);
    }

    private static Lease<String> only(LeasedQueue<String> queue, int most) {
        List<Lease<String>> leases = queue.claim(most).leases();
        assertThat(leases).hasSize(1);
        return leases.getFirst();
    }

    private static List<String> everything(LeasedQueue<String> queue) {
        List<String> all = new ArrayList<>();
        for (Claim<String> claim = queue.claim(10); !claim.isEmpty(); claim = queue.claim(10)) {
            claim.leases().forEach(lease -> all.add(lease.payload()));
        }
        return all;
    }
}
