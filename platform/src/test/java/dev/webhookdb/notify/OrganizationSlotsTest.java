package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.notify.OrganizationSlots.Chore;
import dev.webhookdb.sql.DatabaseException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a place when, of organizations whose databases answer and of those whose do not. */
@Timeout(60)
class OrganizationSlotsTest {
    private static final int AT_ONCE = 8;
    private static final int SUSPECTS_AT_ONCE = 2;
    private static final long ORGANIZATION = 1;

    private final Held work = new Held();
    private final OrganizationSlots desks = new OrganizationSlots(work);

    @AfterEach
    void close() {
        desks.close();
        work.letAll();
    }

    @Test
    void one_thing_at_a_time_is_done_for_an_organization() {
        work.hold(ORGANIZATION);
        desks.dispatch(ORGANIZATION, 10);
        work.awaitBegun("1: 10");
        desks.dispatch(ORGANIZATION, 11);
        desks.perform(ORGANIZATION, Chore.LOOK);

        work.let(ORGANIZATION, 1);

        work.awaitBegun("1: 10", "1: LOOK");
        assertThat(work.under(ORGANIZATION)).isEqualTo(1);
        work.let(ORGANIZATION, 2);
        work.awaitBegun("1: 10", "1: LOOK", "1: 11");
        assertThat(work.mostAtATime(ORGANIZATION)).isEqualTo(1);
    }

    @Test
    void organizations_work_at_the_same_time_and_not_more_than_there_are_places() {
        LongStream.rangeClosed(1, 3L * AT_ONCE).forEach(organization -> {
            work.hold(organization);
            desks.dispatch(organization, organization);
        });
        await().until(() -> work.underway() == AT_ONCE);

        LongStream.rangeClosed(1, 3L * AT_ONCE).forEach(organization -> work.let(organization, 1));

        await().until(() -> work.begun().size() == 3 * AT_ONCE && work.underway() == 0);
        assertThat(work.mostUnderway()).isEqualTo(AT_ONCE);
    }

    @Test
    void an_organization_with_much_to_do_waits_for_others_between_two_of_its_things() {
        LongStream.rangeClosed(1, AT_ONCE).forEach(organization -> {
            work.hold(organization);
            work.hasMore(organization, 100);
            desks.dispatch(organization, 0);
        });
        await().until(() -> work.underway() == AT_ONCE);
        desks.dispatch(99, 0);

        // as often as it takes until who came last waits for a place
        await("who came last gets a place").until(() -> {
            work.let(1, 1);
            return work.begun().contains("99: 0");
        });

        assertThat(Collections.frequency(work.begun(), "1: 0")).isLessThan(100);
    }

    @Test
    void integrations_of_an_organization_take_turns_as_long_as_there_is_more() {
        work.hold(ORGANIZATION);
        work.hasMore(10, 2);
        work.hasMore(11, 1);
        desks.dispatch(ORGANIZATION, 10);
        work.awaitBegun("1: 10");
        desks.dispatch(ORGANIZATION, 11);
        desks.dispatch(ORGANIZATION, 12);

        work.letAll();

        work.awaitBegun("1: 10", "1: 11", "1: 12", "1: 10", "1: 11", "1: 10");
    }

    @Test
    void who_is_named_often_while_it_waits_is_dispatched_once_and_once_more_if_named_while_it_is_dispatched() {
        work.hold(ORGANIZATION);
        desks.dispatch(ORGANIZATION, 10);
        work.awaitBegun("1: 10");
        for (int i = 0; i < 100; i++) {
            desks.dispatch(ORGANIZATION, 10);
            desks.dispatch(ORGANIZATION, 11);
            desks.perform(ORGANIZATION, Chore.PRUNE);
        }

        work.letAll();

        work.awaitBegun("1: 10", "1: PRUNE", "1: 10", "1: 11");
    }

    @Test
    void what_a_look_finds_is_dispatched() {
        work.finds(Set.of(21L, 22L));

        desks.perform(ORGANIZATION, Chore.LOOK);

        await().untilAsserted(() ->
                assertThat(work.begun()).hasSize(3).startsWith("1: LOOK").contains("1: 21", "1: 22"));
    }

    @Test
    void a_desk_that_ended_begins_again() {
        desks.dispatch(ORGANIZATION, 10);
        work.awaitBegun("1: 10");
        await().until(() -> work.underway() == 0);

        desks.dispatch(ORGANIZATION, 10);

        work.awaitBegun("1: 10", "1: 10");
    }

    @Test
    void what_fails_takes_nothing_else_along() {
        work.fails(10, new IllegalStateException("of no use"));
        work.hold(ORGANIZATION);
        desks.perform(ORGANIZATION, Chore.LOOK);
        work.awaitBegun("1: LOOK");
        desks.dispatch(ORGANIZATION, 10);
        desks.dispatch(ORGANIZATION, 11);

        work.letAll();

        work.awaitBegun("1: LOOK", "1: 10", "1: 11");
        desks.dispatch(ORGANIZATION, 12);
        work.awaitBegun("1: LOOK", "1: 10", "1: 11", "1: 12");
    }

    @Test
    void an_organization_whose_database_is_away_rests_and_drops_what_it_had_to_do() {
        work.fails(10, away());
        work.hold(ORGANIZATION);
        desks.perform(ORGANIZATION, Chore.LOOK);
        work.awaitBegun("1: LOOK");
        desks.dispatch(ORGANIZATION, 10);
        desks.dispatch(ORGANIZATION, 11);
        work.letAll();
        work.awaitBegun("1: LOOK", "1: 10");
        await().until(() -> work.underway() == 0);

        await("it has rested")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    desks.dispatch(ORGANIZATION, 12);
                    return work.begun().contains("1: 12");
                });

        assertThat(work.begun()).startsWith("1: LOOK", "1: 10", "1: 12").doesNotContain("1: 11");
        assertThat(work.between("1: 10", "1: 12")).isGreaterThan(Duration.ofMillis(900));
    }

    @Test
    void organizations_whose_databases_hang_take_few_places_and_others_go_on() {
        List<Long> suspects = LongStream.rangeClosed(1, 2L * AT_ONCE).boxed().toList();
        suspects.forEach(organization -> {
            work.fails(organization, away());
            desks.dispatch(organization, organization);
        });
        await().until(() -> work.begun().size() == suspects.size() && work.underway() == 0);
        suspects.forEach(work::hold);

        await("all have rested, and hang again where there is a place for them")
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    suspects.forEach(organization -> desks.dispatch(organization, organization));
                    return work.underway() == SUSPECTS_AT_ONCE;
                });
        LongStream.range(100, 120).forEach(organization -> desks.dispatch(organization, organization));

        await("the others are done")
                .until(() -> LongStream.range(100, 120)
                        .allMatch(organization -> work.begun().contains("%1$d: %1$d".formatted(organization))));
        assertThat(work.underway()).isEqualTo(SUSPECTS_AT_ONCE);
    }

    @Test
    void an_organization_whose_database_is_back_takes_the_places_of_all() {
        work.fails(1, away());
        work.fails(2, away());
        work.fails(3, away());
        LongStream.rangeClosed(1, 3).forEach(organization -> desks.dispatch(organization, organization));
        await().until(() -> work.begun().size() == 3 && work.underway() == 0);
        work.recover();
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            LongStream.rangeClosed(1, 3).forEach(organization -> desks.dispatch(organization, 10 + organization));
            return work.begun().containsAll(List.of("1: 11", "2: 12", "3: 13"));
        });
        await().until(() -> work.underway() == 0);

        LongStream.rangeClosed(1, 3).forEach(work::hold);
        LongStream.rangeClosed(1, 3).forEach(organization -> desks.dispatch(organization, 20 + organization));

        await("more than suspects may").until(() -> work.underway() == 3);
    }

    @Test
    void nothing_begins_any_more_after_the_end_and_what_is_under_way_comes_to_its_end() {
        LongStream.rangeClosed(1, AT_ONCE).forEach(organization -> {
            work.hold(organization);
            desks.dispatch(organization, 0);
        });
        await().until(() -> work.underway() == AT_ONCE);
        desks.dispatch(1, 5);
        desks.dispatch(99, 0);

        desks.close();
        desks.dispatch(100, 0);
        work.letAll();

        await().until(() -> work.underway() == 0);
        // 99 waited for a place when the end came, and would get it only now
        await().during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(work.begun()).hasSize(AT_ONCE).doesNotContain("1: 5", "99: 0", "100: 0"));
    }

    private static DatabaseException away() {
        return DatabaseException.of(new SQLException("the connection was lost", "08006"));
    }

    /** Work that is held up on request, and remembers what was begun. */
    private static final class Held implements OrganizationSlots.Work {
        private final List<String> begun = new ArrayList<>();
        private final Map<String, Long> times = new HashMap<>();
        private final Map<Long, Semaphore> held = new ConcurrentHashMap<>();
        private final Map<Long, Integer> more = new ConcurrentHashMap<>();
        private final Map<Long, RuntimeException> failures = new ConcurrentHashMap<>();
        private final Map<Long, Integer> under = new HashMap<>();
        private final Map<Long, Integer> most = new HashMap<>();
        private final Deque<Set<Long>> found = new ArrayDeque<>();
        private int mostUnderway;

        @Override
        public boolean dispatch(long organizationId, long integrationId) {
            run(organizationId, Long.toString(integrationId));
            RuntimeException failure = failures.get(integrationId);
            if (failure != null) {
                throw failure;
            }
            long counted = more.containsKey(integrationId) ? integrationId : organizationId;
            return more.merge(counted, -1, Integer::sum) >= 0;
        }

        @Override
        public Set<Long> perform(long organizationId, Chore chore) {
            run(organizationId, chore.name());
            synchronized (this) {
                return found.isEmpty() ? Set.of() : found.remove();
            }
        }

        private void run(long organization, String what) {
            synchronized (this) {
                String name = "%d: %s".formatted(organization, what);
                begun.add(name);
                times.putIfAbsent(name, System.nanoTime());
                most.merge(organization, under.merge(organization, 1, Integer::sum), Math::max);
                mostUnderway = Math.max(mostUnderway, underway());
            }
            try {
                Semaphore leave = held.get(organization);
                if (leave != null && !leave.tryAcquire(30, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("held up for too long");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                synchronized (this) {
                    under.merge(organization, -1, Integer::sum);
                }
            }
        }

        void hold(long organization) {
            held.put(organization, new Semaphore(0));
        }

        void let(long organization, int times) {
            held.get(organization).release(times);
        }

        void letAll() {
            held.values().forEach(leave -> leave.release(1_000));
        }

        void hasMore(long which, int times) {
            more.put(which, times);
        }

        void fails(long integration, RuntimeException failure) {
            failures.put(integration, failure);
        }

        void recover() {
            failures.clear();
        }

        synchronized void finds(Set<Long> integrations) {
            found.add(integrations);
        }

        synchronized List<String> begun() {
            return List.copyOf(begun);
        }

        synchronized int under(long organization) {
            return under.getOrDefault(organization, 0);
        }

        synchronized int underway() {
            return under.values().stream().mapToInt(Integer::intValue).sum();
        }

        synchronized int mostUnderway() {
            return mostUnderway;
        }

        synchronized int mostAtATime(long organization) {
            return most.getOrDefault(organization, 0);
        }

        synchronized Duration between(String one, String other) {
            return Duration.ofNanos(times.get(other) - times.get(one));
        }

        void awaitBegun(String... things) {
            await().untilAsserted(() -> assertThat(begun()).containsExactly(things));
        }
    }
}
