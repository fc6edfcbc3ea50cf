package dev.webhookdb.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.schema.ProviderModel.Arrival;
import dev.webhookdb.schema.ProviderModel.Kind;
import dev.webhookdb.schema.ProviderModel.Version;
import dev.webhookdb.schema.TestTable.State;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * P3, P4 and P5 for random histories, each of one object: it is changed, often within one second; webhooks are lost, late, repeated, tried
 * again and replayed; pages are read at any time, and stored later. The histories of a try are stored side by side, the first batch of each
 * in one statement, then the second of each, and so on.
 */
class OrderingProperties {
    private static final int HISTORIES = 2_500;
    private static final int SOME_LOST = 25;
    private static final Database DATABASE = TestPostgres.freshDatabase();
    private static final AtomicInteger TABLES = new AtomicInteger();

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void with_an_own_time_of_modification_and_exact_triggers_rows_are_right_at_once(@ForAll Random random) {
        var histories = new Histories(Kind.OWN_TIME_AND_TRIGGERED, SOME_LOST, random);
        histories.arrive();
        histories.check(Histories::newestKnown);
        histories.reconcile();
        histories.check(Histories::last);
        histories.repeat();
        histories.arriveLate();
        histories.check(Histories::last);
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void with_an_own_time_of_modification_rows_are_right_after_a_reconciliation(@ForAll Random random) {
        var histories = new Histories(Kind.OWN_TIME, SOME_LOST, random);
        histories.arrive();
        histories.reconcile();
        histories.check(Histories::last);
        histories.repeat();
        histories.check(Histories::last);
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void ordered_by_events_rows_are_right_after_a_reconciliation(@ForAll Random random) {
        var histories = new Histories(Kind.EVENT_TIME, SOME_LOST, random);
        histories.arrive();
        histories.reconcile();
        histories.check(Histories::last);
        histories.repeat();
        histories.fetching().arriveLate();
        histories.check(Histories::last);
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void ordered_by_events_that_all_arrive_rows_are_right_at_once_if_what_is_undecided_is_fetched(
            @ForAll Random random) {
        var histories = new Histories(Kind.EVENT_TIME, 0, random).fetching();
        histories.arrive();
        histories.check(Histories::last);
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void with_lists_only_rows_are_what_the_latest_of_them_said(@ForAll Random random) {
        var histories = new Histories(Kind.LIST_ONLY, 0, random);
        histories.arrive();
        histories.check(Histories::newestKnown);
        histories.reconcile();
        histories.check(Histories::last);
    }

    /** Random histories, and their rows. */
    private static final class Histories {
        private final Kind kind;
        private final Random random;
        private final TestTable table;
        private final List<ProviderModel> objects = new ArrayList<>();
        private final List<List<Arrival>> arrivals = new ArrayList<>();
        private boolean fetching;

        Histories(Kind kind, int lost, Random random) {
            this.kind = kind;
            this.random = random;
            this.table = TestTable.in(DATABASE, "things_" + TABLES.incrementAndGet(), resource(kind));
            for (int i = 0; i < HISTORIES; i++) {
                objects.add(ProviderModel.random("k" + i, kind != Kind.LIST_ONLY, random));
                arrivals.add(objects.getLast().arrivals(kind, lost, random));
            }
        }

        Histories fetching() {
            fetching = true;
            return this;
        }

        private static Resource resource(Kind kind) {
            boolean own = kind == Kind.OWN_TIME || kind == Kind.OWN_TIME_AND_TRIGGERED;
            Column updated = own
                    ? Column.timestamp("updated").at("updated_at")
                    : Column.timestamp("updated").asOf();
            return Things.declared()
                    .columns(Column.text("status"), updated)
                    .deletable()
                    .build();
        }

        void arrive() {
            store(arrivals);
        }

        /** What arrives is cut into batches of one kind, as pages and webhooks are never stored together. */
        private void store(List<List<Arrival>> each) {
            List<List<List<Arrival>>> batches = new ArrayList<>();
            for (List<Arrival> one : each) {
                List<List<Arrival>> mine = new ArrayList<>();
                for (Arrival arrival : one) {
                    boolean together = !mine.isEmpty()
                            && arrival instanceof Arrival.Webhook
                            && mine.getLast().getLast() instanceof Arrival.Webhook
                            && random.nextInt(3) == 0;
                    if (!together) {
                        mine.add(new ArrayList<>());
                    }
                    mine.getLast().add(arrival);
                }
                batches.add(mine);
            }
            int rounds = batches.stream().mapToInt(List::size).max().orElse(0);
            for (int round = 0; round < rounds; round++) {
                store(batches, round);
            }
        }

        private void store(List<List<List<Arrival>>> batches, int round) {
            List<State> states = new ArrayList<>();
            Map<String, Instant> deletions = new TreeMap<>();
            Map<String, Long> now = new HashMap<>();
            for (int i = 0; i < objects.size(); i++) {
                if (round < batches.get(i).size()) {
                    String key = objects.get(i).key();
                    for (Arrival arrival : batches.get(i).get(round)) {
                        read(key, arrival, states, deletions);
                        now.put(key, arrival.stored());
                    }
                }
            }
            TestTable.Stored stored = states.isEmpty() ? new TestTable.Stored(0, Map.of()) : table.stored(states);
            if (!deletions.isEmpty()) {
                table.delete(deletions);
            }
            if (fetching) {
                fetch(stored.undecided(), now);
            }
        }

        private void read(String key, Arrival arrival, List<State> states, Map<String, Instant> deletions) {
            switch (arrival) {
                case Arrival.Webhook(Version version, long known, long stored) -> {
                    boolean exact = kind == Kind.OWN_TIME_AND_TRIGGERED;
                    read(
                            key,
                            version,
                            exact ? version.millis() : known,
                            exact ? Rank.TRIGGERED : Rank.RECEIVED,
                            states,
                            deletions);
                }
                case Arrival.Page(Optional<Version> version, long known, long stored) ->
                    version.ifPresent(shown -> states.add(listed(key, shown, known / 1_000, known)));
                case Arrival.Events(List<Version> versions, long known, long stored) ->
                    versions.forEach(version -> read(key, version, known, Rank.LISTED_EVENT, states, deletions));
            }
        }

        private static void read(
                String key,
                Version version,
                long known,
                Rank rank,
                List<State> states,
                Map<String, Instant> deletions) {
            version.json()
                    .ifPresentOrElse(
                            json -> states.add(State.event(key, version.second(), version.id() + key, json)
                                    .known(known)
                                    .as(rank)),
                            () -> deletions.put(key, Instant.ofEpochSecond(version.second())));
        }

        private static State listed(String key, Version shown, long second, long known) {
            return State.listed(key, second, shown.json().orElseThrow()).known(known);
        }

        private void fetch(Map<String, Instant> undecided, Map<String, Long> now) {
            List<State> fetched = new ArrayList<>();
            Map<String, Instant> deletions = new TreeMap<>();
            undecided.forEach((key, asOf) -> {
                long asked = now.get(key) + 1;
                long second = Math.max(asked / 1_000, asOf.getEpochSecond());
                objects.get(Integer.parseInt(key.substring(1)))
                        .at(asked)
                        .ifPresentOrElse(
                                shown -> fetched.add(listed(key, shown, second, asked)),
                                () -> deletions.put(key, Instant.ofEpochSecond(second)));
            });
            if (!fetched.isEmpty()) {
                assertThat(table.stored(fetched).undecided()).isEmpty();
            }
            if (!deletions.isEmpty()) {
                table.delete(deletions);
            }
        }

        /** Everything is read once more: of events either themselves, or what became of them. */
        void reconcile() {
            store(objects.stream().map(this::reconciliation).toList());
        }

        private List<Arrival> reconciliation(ProviderModel object) {
            long asked = object.end();
            return kind == Kind.EVENT_TIME
                    ? List.copyOf(object.events(asked, asked, random))
                    : List.of(new Arrival.Page(object.at(asked), asked, asked));
        }

        /** Webhooks that were stored before come again, and what happened is listed again: nothing is written. */
        void repeat() {
            Map<String, String> before = table.versions();
            List<List<Arrival>> webhooks = arrivals.stream()
                    .map(each -> each.stream()
                            .filter(one -> one instanceof Arrival.Webhook)
                            .toList())
                    .toList();
            store(webhooks);
            if (kind == Kind.EVENT_TIME) {
                reconcile();
            }
            Map<String, String> after = table.versions();
            List<String> written = IntStream.range(0, objects.size())
                    .filter(i -> !Objects.equals(
                            before.get(objects.get(i).key()),
                            after.get(objects.get(i).key())))
                    .mapToObj(i ->
                            "%s, of which arrived %s".formatted(objects.get(i).versions(), arrivals.get(i)))
                    .toList();
            assertThat(written.stream().limit(3))
                    .as("%d of %d rows are written again", written.size(), HISTORIES)
                    .isEmpty();
        }

        /** Webhooks that were lost come after all. */
        void arriveLate() {
            store(objects.stream()
                    .map(object -> object.versions().stream()
                            .<Arrival>map(
                                    version -> new Arrival.Webhook(version, object.end() + 5_000, object.end() + 5_000))
                            .toList())
                    .toList());
        }

        private interface Expected {
            Optional<Version> of(Histories histories, int object);
        }

        Optional<Version> last(int object) {
            return Optional.of(objects.get(object).last());
        }

        /** The newest that anything told. */
        Optional<Version> newestKnown(int object) {
            return arrivals.get(object).stream()
                    .flatMap(arrival -> switch (arrival) {
                        case Arrival.Webhook webhook -> Optional.of(webhook.version()).stream();
                        case Arrival.Page page -> page.version().stream();
                        case Arrival.Events events -> events.versions().stream();
                    })
                    .max(Comparator.comparingInt(Version::number));
        }

        void check(Expected expected) {
            Map<String, String> contents = table.contents();
            List<String> wrong = IntStream.range(0, objects.size())
                    .filter(i -> !expected.of(this, i)
                            .map(version -> version.json().orElse("deleted"))
                            .equals(Optional.ofNullable(
                                    contents.get(objects.get(i).key()))))
                    .mapToObj(i -> "%s instead of %s: %s, of which arrived %s"
                            .formatted(
                                    contents.get(objects.get(i).key()),
                                    expected.of(this, i),
                                    objects.get(i).versions(),
                                    arrivals.get(i)))
                    .toList();
            assertThat(wrong.stream().limit(3))
                    .as("%d of %d rows are wrong", wrong.size(), HISTORIES)
                    .isEmpty();
        }
    }
}
