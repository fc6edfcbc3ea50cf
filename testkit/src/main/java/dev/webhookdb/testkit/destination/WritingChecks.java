package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** What becomes of batches. */
final class WritingChecks {
    private static final int MANY = 5_000;

    private final DestinationConformance kit;
    private final Bench bench;

    WritingChecks(DestinationConformance kit) {
        this.kit = kit;
        this.bench = new Bench(kit);
    }

    Stream<DynamicNode> tests() {
        Stream<DynamicNode> all = Stream.of(
                bench.test("rows are added and changed", this::changed),
                bench.test("what was deleted stays, in its last state", this::deleted),
                bench.test("keys that differ in capitals, accents or blanks at the end are different rows", this::keys),
                bench.test("many rows are written at once", this::many));
        return Stream.of(all, positions(), counts()).flatMap(nodes -> nodes);
    }

    private Stream<DynamicNode> positions() {
        return kit.features().contains(Feature.POSITIONS)
                ? Stream.of(
                        bench.test("an older state loses against a newer one", this::older),
                        bench.test("repeating a batch changes nothing", this::repeated),
                        bench.test("a position never goes back", this::back),
                        bench.test("a batch without rows moves the position", this::empty),
                        bench.test("the number of rows is that of the rows that are there", this::rows),
                        bench.test(
                                "closing in the middle of a batch leaves both its rows and its position, or none",
                                this::closed))
                : Stream.of();
    }

    private Stream<DynamicNode> counts() {
        return kit.features().contains(Feature.COUNTS)
                ? Stream.of(bench.test("a row that was deleted by hand is missing in the count", this::counted))
                : Stream.of();
    }

    private void changed(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(3, 0, 5));
        session.write(table, Bench.batch(5, Bench.charge("ch_1", 4, 6), Bench.charge("ch_3", 5, 7)));
        bench.holds(
                table,
                Bench.charge("ch_0", 1, 5),
                Bench.charge("ch_1", 4, 6),
                Bench.charge("ch_2", 3, 5),
                Bench.charge("ch_3", 5, 7));
    }

    private void deleted(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.batch(1, Bench.charge("ch_0", 1, 1)));
        session.write(table, Bench.batch(2, Bench.deleted("ch_0", 2)));
        bench.holds(table, Bench.deleted("ch_0", 2));
        session.write(table, Bench.batch(3, Bench.charge("ch_0", 3, 1)));
        bench.holds(table, Bench.charge("ch_0", 3, 1));
    }

    /** A key with a blank at its end may be refused where it cannot be told from the one without. */
    private void keys(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        List<Row> written = new ArrayList<>(List.of(
                Bench.charge("resume", 1, 1),
                Bench.charge("Resume", 2, 2),
                Bench.charge("r\u00e9sum\u00e9", 3, 3),
                Bench.charge("re\u0301sume\u0301", 4, 4),
                Bench.charge("", 5, 5)));
        session.write(table, new Batch(written, 5));
        Row blank = Bench.charge("resume ", 6, 6);
        try {
            session.write(table, Bench.batch(6, blank));
            written.add(blank);
        } catch (DestinationException e) {
            Complaint.unless(
                    e.reason() == Reason.ROWS,
                    "A key with a blank at its end is refused as %s: %s".formatted(e.reason(), e.getMessage()),
                    "Tell keys apart by every character, or refuse the row with the reason ROWS.");
        }
        bench.holds(table, written.toArray(Row[]::new));
    }

    private void many(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(MANY, 0, 5));
        int found = kit.rows(table).size();
        Complaint.unless(
                found == MANY,
                "Of %d rows %d are there.".formatted(MANY, found),
                "Write every row, in parts if they are too many for one statement.");
    }

    private void older(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.batch(9, Bench.charge("ch_0", 9, 9)));
        session.write(table, Bench.batch(10, Bench.charge("ch_0", 8, 8), Bench.charge("ch_1", 10, 10)));
        bench.holds(table, Bench.charge("ch_0", 9, 9), Bench.charge("ch_1", 10, 10));
        stands(session, table, 10, 2);
    }

    private void repeated(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        for (int i = 0; i < 3; i++) {
            session.write(table, Bench.charges(4, 0, 5));
            stands(session, table, 4, 4);
        }
        session.write(table, Bench.batch(5, Bench.charge("ch_0", 5, 6)));
        session.write(table, Bench.charges(4, 0, 5));
        bench.holds(
                table,
                Bench.charge("ch_0", 5, 6),
                Bench.charge("ch_1", 2, 5),
                Bench.charge("ch_2", 3, 5),
                Bench.charge("ch_3", 4, 5));
    }

    private void back(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.batch(10, Bench.charge("ch_0", 10, 1)));
        session.write(table, Bench.batch(9, Bench.charge("ch_1", 9, 1)));
        stands(session, table, 10, 2);
    }

    private void empty(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(3));
        session.write(table, Bench.batch(8));
        stands(session, table, 8, 0);
    }

    private void rows(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(10, 0, 5));
        session.write(table, Bench.charges(20, 10, 6));
        session.write(table, Bench.batch(31, Bench.deleted("ch_3", 31)));
        session.write(table, Bench.charges(20, 10, 6));
        stands(session, table, 31, kit.rows(table).size());
    }

    /** Closes a few sessions at moments at which they may be anywhere in a batch. */
    private void closed(DestinationSession reader, DestinationTable table) throws Exception {
        reader.open(table, Start.at(0));
        long position = 0;
        for (int i = 0; i < 6; i++) {
            interrupted(table, position, Duration.ofMillis(i * 40L));
            long reached = reader.open(table, Start.at(0)).position().orElseThrow();
            long newest = kit.rows(table).stream()
                    .mapToLong(row -> Long.parseLong(row.get(DestinationTable.CHANGE)))
                    .max()
                    .orElse(0);
            Complaint.unless(
                    newest == reached && (reached == position || reached == position + MANY),
                    "After a session was closed, the position is %d, and the newest row is of the change %d."
                            .formatted(reached, newest),
                    "Write the rows and the position in one transaction.");
            position = reached;
        }
    }

    private void interrupted(DestinationTable table, long position, Duration after) throws Exception {
        DestinationSession session = bench.connect();
        session.open(table, Start.at(0));
        CountDownLatch begun = new CountDownLatch(1);
        Thread writer = Thread.ofVirtual().start(() -> {
            begun.countDown();
            try {
                session.write(table, Bench.charges(MANY, position, 5));
            } catch (DestinationException e) {
                Complaint.sentence("A batch whose session was closed", e.getMessage(), "");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        TimeUnit.NANOSECONDS.sleep(after.toNanos());
        session.close();
        Complaint.unless(
                writer.join(Bench.TIMEOUT),
                "A call goes on for %s after its session was closed.".formatted(Bench.TIMEOUT),
                "End the call that is under way in close().");
    }

    private void counted(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.charges(3, 0, 5));
        counts(session, table, 3);
        kit.deleteSomeRow(table);
        counts(session, table, 2);
        stands(session, table, 3, 3);
    }

    static void counts(DestinationSession session, DestinationTable table, long rows) throws Exception {
        OptionalLong counted = session.count(table);
        Complaint.unless(
                counted.equals(OptionalLong.of(rows)),
                "The table has %d rows, and is counted to have %s.".formatted(rows, counted),
                "Count what is there.");
    }

    private static void stands(DestinationSession session, DestinationTable table, long position, long rows)
            throws Exception {
        OpeningChecks.stands("The table", session.open(table, Start.at(0)), position, rows);
    }
}
