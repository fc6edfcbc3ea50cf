package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Start;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** A table that was loaded anew takes the place of the other one at one moment. */
final class ReplacingChecks {
    private static final int OLD = 40;
    private static final int NEW = 70;

    private final DestinationConformance kit;
    private final Bench bench;

    ReplacingChecks(DestinationConformance kit) {
        this.kit = kit;
        this.bench = new Bench(kit);
    }

    Stream<DynamicNode> tests() {
        return kit.features().contains(Feature.REPLACES)
                ? Stream.of(
                        bench.test("rows and position take the place of the old ones", this::replaced),
                        bench.test("it may be done again, with what an earlier attempt left", this::again),
                        bench.test("whoever reads sees the old rows or the new ones", this::seen))
                : Stream.of();
    }

    private void replaced(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(OLD, 100, 1));
        DestinationTable loaded = load(session, table, 7);
        session.replace(loaded, table);
        stands(session, table, 7 + NEW);
        Complaint.unless(
                kit.rows(loaded).isEmpty(),
                "The table that was loaded is still there under its own name.",
                "Remove it, or rename it.");
        session.write(table, Bench.batch(500, Bench.charge("ch_0", 500, 3)));
        session.close();
        try (DestinationSession other = bench.connect()) {
            stands(other, table, 500);
            WritingChecks.counts(other, table, NEW);
        }
    }

    private void again(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(OLD, 0, 1));
        load(session, table, 50);
        for (int i = 1; i <= 2; i++) {
            session.replace(load(session, table, i * 200L), table);
            stands(session, table, i * 200L + NEW);
            WritingChecks.counts(session, table, NEW);
        }
    }

    private void seen(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(OLD, 0, 1));
        DestinationTable loaded = load(session, table, 1000);
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Map<String, Integer>> reader = threads.submit(() -> read(table, done));
            Thread.sleep(200);
            session.replace(loaded, table);
            Thread.sleep(200);
            done.set(true);
            Map<String, Integer> seen = reader.get();
            Complaint.unless(
                    seen.keySet().equals(Set.of(state(1, OLD), state(2, NEW))),
                    "Who read meanwhile saw %s.".formatted(seen),
                    "Exchange the tables at one moment, for example with one statement that renames both.");
        }
    }

    /**
     * Reads until it is done.
     *
     * @return what was seen, and how often
     */
    private Map<String, Integer> read(DestinationTable table, AtomicBoolean done) throws Exception {
        Map<String, Integer> seen = new HashMap<>();
        while (!done.get()) {
            List<Map<String, String>> rows = kit.rows(table);
            String amounts = rows.stream()
                    .map(row -> row.get("amount"))
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(","));
            seen.merge(rows.size() + " rows of " + amounts, 1, Integer::sum);
        }
        return seen;
    }

    private static String state(int amount, int rows) {
        return rows + " rows of " + amount;
    }

    /** Loads a table beside another one. */
    private static DestinationTable load(DestinationSession session, DestinationTable table, long after)
            throws Exception {
        DestinationTable loaded = table.named(table.name() + "_loaded");
        OpeningChecks.stands("A table that is loaded anew", session.open(loaded, Start.empty()), 0, 0);
        session.write(loaded, Bench.charges(NEW, after, 2));
        return loaded;
    }

    private static void stands(DestinationSession session, DestinationTable table, long position) throws Exception {
        OpeningChecks.stands("A table that was replaced", session.open(table, Start.at(0)), position, NEW);
    }
}
