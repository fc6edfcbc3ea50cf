package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** What becomes of a table, and its position, when a session begins with it. */
final class OpeningChecks {
    private static final long POSITION = 41;

    private final DestinationConformance kit;
    private final Bench bench;

    OpeningChecks(DestinationConformance kit) {
        this.kit = kit;
        this.bench = new Bench(kit);
    }

    Stream<DynamicNode> tests() {
        Stream<DynamicNode> all = Stream.of(bench.test("a table is there after it was opened", this::made));
        return kit.features().contains(Feature.POSITIONS) ? Stream.concat(all, positions()) : all;
    }

    private Stream<DynamicNode> positions() {
        return Stream.of(
                bench.test("opening again changes nothing", this::again),
                bench.test("another session finds the position and the number of rows", this::resumed),
                bench.test("beginning afresh removes what is there", this::afresh),
                bench.test(
                        "a table that another owner left is adopted, and loses against what is written", this::adopted),
                bench.test("a table that was removed by hand is made anew", this::removed));
    }

    private void made(DestinationSession session, DestinationTable table) throws Exception {
        Standing standing = session.open(table, Start.at(POSITION));
        if (kit.features().contains(Feature.POSITIONS)) {
            stands("A new table", standing, POSITION, 0);
            Complaint.unless(
                    standing.made() && !standing.widened() && !standing.adopted(),
                    "A new table does not stand as made.",
                    "Return whenMade(), and neither whenWidened() nor whenAdopted().");
        }
        writeOne(session, table, POSITION);
        bench.holds(table, one(POSITION));
    }

    private void again(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(POSITION));
        writeOne(session, table, POSITION);
        Standing standing = session.open(table, Start.at(7));
        stands("A table that was opened before", standing, POSITION + 1, 1);
        unremarkable(standing);
        bench.holds(table, one(POSITION));
    }

    private void resumed(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(3, 0, 5));
        session.close();
        try (DestinationSession other = bench.connect()) {
            Standing standing = other.open(table, Start.at(1));
            stands("A table that another session wrote", standing, 3, 3);
            unremarkable(standing);
        }
    }

    private void afresh(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(POSITION));
        writeOne(session, table, POSITION);
        Standing standing = session.open(table, Start.empty());
        stands("A table that was opened afresh", standing, 0, 0);
        bench.holds(table);
        writeOne(session, table, 0);
        bench.holds(table, one(0));
    }

    private void adopted(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(3, 1000, 5));
        DestinationTable mine =
                DestinationTable.of("syt_other", Optional.empty(), table.name(), table.key(), table.columns());
        Standing standing = session.open(mine, Start.at(2));
        stands("A table of another owner", standing, 2, 3);
        Complaint.unless(
                standing.adopted() && !standing.made(),
                "A table of another owner does not stand as adopted.",
                "Return whenAdopted() where a table was there and had no position of its owner.");
        session.write(mine, Bench.batch(3, Bench.charge("ch_1", 3, 9)));
        bench.holds(mine, Bench.charge("ch_0", 0, 5), Bench.charge("ch_1", 3, 9), Bench.charge("ch_2", 0, 5));
        stands("A table that was adopted", session.open(mine, Start.at(0)), 3, 3);
    }

    private void removed(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(3, 0, 5));
        kit.remove(table);
        Standing standing = session.open(table, Start.at(2));
        stands("A table that was removed by hand", standing, 2, 0);
        Complaint.unless(
                standing.made(),
                "A table that was removed by hand does not stand as made.",
                "Look for the table itself: a position without it does not count.");
    }

    private static void writeOne(DestinationSession session, DestinationTable table, long after) throws Exception {
        session.write(table, Bench.batch(after + 1, one(after)));
    }

    private static Row one(long after) {
        return Bench.charge("ch_0", after + 1, 5);
    }

    /** Requires a position and a number of rows. */
    static void stands(String what, Standing standing, long position, long rows) {
        Complaint.unless(
                standing.position().equals(OptionalLong.of(position)),
                "%s has the position %s instead of %d.".formatted(what, standing.position(), position),
                "Keep the greatest position that was written, and return that of Start where there is none.");
        Complaint.unless(
                standing.rows() == rows,
                "%s must have %d rows, and is said to have %d.".formatted(what, rows, standing.rows()),
                "Count the rows that a batch adds, not those that it changes.");
    }

    private static void unremarkable(Standing standing) {
        Complaint.unless(
                !standing.made() && !standing.widened() && !standing.adopted(),
                "A table that was there stands as made, widened or adopted.",
                "Say so only when it was done now.");
    }
}
