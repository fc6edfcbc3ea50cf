package dev.webhookdb.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.schema.TestTable.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * P3 and P4 for random histories: objects are edited (several times within a second, too) and deleted at a provider; its events arrive
 * in any order, repeated, in batches of any size, mixed with what its lists return meanwhile.
 */
class OrderingProperties {
    private static final TestTable TABLE = TestTable.of(Things.ordinary());
    private static final AtomicLong KEYS = new AtomicLong();

    @Property(tries = 150)
    void rows_end_in_the_newest_state_whatever_the_order(
            @ForAll Random random,
            @ForAll @IntRange(min = 1, max = 6) int objects,
            @ForAll @IntRange(min = 1, max = 8) int edits) {
        List<History> histories = new ArrayList<>();
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            History history = History.random("k" + KEYS.incrementAndGet(), edits, random);
            histories.add(history);
            arrivals.addAll(history.arrivals(random));
        }
        Collections.shuffle(arrivals, random);

        deliver(arrivals, random);

        for (History history : histories) {
            history.check(arrivals);
        }
    }

    @Property(tries = 60)
    void known_events_write_nothing(@ForAll Random random, @ForAll @IntRange(min = 1, max = 8) int edits) {
        History history = History.random("k" + KEYS.incrementAndGet(), edits, random);
        List<Arrival> arrivals = history.arrivals(random);
        Collections.shuffle(arrivals, random);
        deliver(arrivals, random);
        Optional<TestTable.Row> before = TABLE.row(history.key());
        List<Arrival> again = new ArrayList<>(
                arrivals.stream().filter(arrival -> !arrival.listed()).toList());
        Collections.shuffle(again, random);

        deliver(again, random);

        assertThat(TABLE.row(history.key())).isEqualTo(before);
    }

    private static void deliver(List<Arrival> arrivals, Random random) {
        List<State> batch = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            if (arrival.deleted()) {
                flush(batch);
                TABLE.delete(arrival.key(), arrival.second());
            } else {
                batch.add(arrival.state());
            }
            if (random.nextInt(4) == 0) {
                flush(batch);
            }
        }
        flush(batch);
    }

    private static void flush(List<State> batch) {
        if (!batch.isEmpty()) {
            TABLE.store(batch);
            batch.clear();
        }
    }

    /** One thing that reaches us: an event with a state, an event of deletion, or an entry of a list. */
    private record Arrival(String key, long second, String id, String json, boolean listed, boolean deleted) {
        State state() {
            return listed ? State.listed(key, second, json) : State.event(key, second, id, json);
        }
    }

    /** What happened to one object at the provider, in order. */
    private record History(String key, List<Arrival> happenings) {
        static History random(String key, int edits, Random random) {
            List<Arrival> happenings = new ArrayList<>();
            long second = 1_000;
            for (int i = 0; i < edits; i++) {
                second += random.nextInt(3);
                boolean deleted = i > 0 && random.nextInt(6) == 0;
                second += deleted ? 1 : 0;
                String json = "{\"id\": \"%s\", \"status\": \"s%d\"}".formatted(key, random.nextInt(5));
                happenings.add(new Arrival(key, second, "evt_" + key + "_" + i, json, false, deleted));
                second += deleted ? 1 : 0;
            }
            return new History(key, happenings);
        }

        /** Every event at least once, and what lists returned at some moments. */
        List<Arrival> arrivals(Random random) {
            List<Arrival> arrivals = new ArrayList<>(happenings);
            for (Arrival happening : happenings) {
                for (int copies = random.nextInt(3); copies > 0; copies--) {
                    arrivals.add(happening);
                }
            }
            for (int reads = random.nextInt(4); reads > 0; reads--) {
                long second = 999L + random.nextInt(20);
                int known = (int)
                        happenings.stream().filter(one -> one.second() < second).count();
                if (known > 0 && !happenings.get(known - 1).deleted()) {
                    arrivals.add(new Arrival(
                            key, second, "", happenings.get(known - 1).json(), true, false));
                }
            }
            return arrivals;
        }

        void check(List<Arrival> arrivals) {
            List<Arrival> mine =
                    arrivals.stream().filter(one -> one.key().equals(key)).toList();
            List<Arrival> states = mine.stream().filter(one -> !one.deleted()).toList();
            long newest = states.stream().mapToLong(Arrival::second).max().orElse(0);
            boolean event = states.stream().anyMatch(one -> one.second() == newest && !one.listed());
            String expected = lastFirstArrival(states.stream()
                    .filter(one -> one.second() == newest && one.listed() != event)
                    .toList());
            Optional<Instant> deleted = mine.stream()
                    .filter(one -> one.deleted() && one.second() >= newest)
                    .map(one -> Instant.ofEpochSecond(one.second()))
                    .max(Instant::compareTo);
            TestTable.Row row = TABLE.row(key).orElseThrow();
            assertThat(row.data()).as("%s of %s", key, mine).isEqualTo(expected);
            assertThat(row.deletedAt()).as("%s of %s", key, mine).isEqualTo(deleted);
            assertThat(TABLE.value(key, "updated")).isEqualTo(Long.toString(newest));
        }

        /** Of several states of one second, the one that arrived last; a repetition is no arrival. */
        private static String lastFirstArrival(List<Arrival> states) {
            Map<String, String> firstArrivals = new LinkedHashMap<>();
            states.forEach(
                    state -> firstArrivals.putIfAbsent(state.listed() ? state.json() : state.id(), state.json()));
            return List.copyOf(firstArrivals.values()).getLast();
        }
    }
}
