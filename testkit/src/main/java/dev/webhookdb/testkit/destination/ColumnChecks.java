package dev.webhookdb.testkit.destination;

import static dev.webhookdb.testkit.destination.Bench.column;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** How tables are called, and come to the columns that they must have. */
final class ColumnChecks {
    private final DestinationConformance kit;
    private final Bench bench;

    ColumnChecks(DestinationConformance kit) {
        this.kit = kit;
        this.bench = new Bench(kit);
    }

    Stream<DynamicNode> tests() {
        Stream<DynamicNode> names = Stream.of(
                bench.test("columns may have names that are reserved words", this::reserved),
                bench.test("there may be no column but the key", this::bare),
                dynamicTest(
                        "tables may have capitals, blanks and quotes in their names", () -> named(Optional.empty())));
        Stream<DynamicNode> schemas = kit.schema().stream()
                .map(schema -> dynamicTest("so may schemas, which are made", () -> named(Optional.of(schema))));
        return Stream.of(names, schemas, columns()).flatMap(nodes -> nodes);
    }

    private Stream<DynamicNode> columns() {
        if (!kit.features().contains(Feature.COLUMNS)) {
            return Stream.of();
        }
        return Stream.concat(
                Stream.of(
                        bench.test("the columns are in their order", this::order),
                        bench.test("a column that is new is added", this::added),
                        bench.test("a column that became wider is widened", this::widened)),
                kit.unfit().entrySet().stream()
                        .map(one -> bench.test(
                                "a table that cannot be used is left as it is: " + one.getKey(),
                                (session, table) -> unfit(session, table, one))));
    }

    private void reserved(DestinationSession session, DestinationTable table) throws Exception {
        List<String> words = List.of("pk", "key", "order", "group", "select", "user", "position", "values", "rows");
        List<DestinationColumn> columns = Stream.concat(
                        words.stream().map(word -> column(word, Column.Type.TEXT)),
                        Stream.of(column(DestinationTable.CHANGE, Column.Type.BIGINT)))
                .toList();
        DestinationTable odd = DestinationTable.of(Bench.OWNER, Optional.empty(), table.name(), "key", columns);
        session.open(odd, Start.at(0));
        session.write(odd, Bench.batch(1, Row.of(words, 1, false)));
        session.write(odd, Bench.batch(2, Row.of(words, 2, false)));
        bench.holds(odd, Row.of(words, 2, false));
    }

    private void bare(DestinationSession session, DestinationTable table) throws Exception {
        DestinationTable bare = DestinationTable.of(
                Bench.OWNER,
                Optional.empty(),
                table.name(),
                "id",
                List.of(column("id", Column.Type.TEXT), column(DestinationTable.CHANGE, Column.Type.BIGINT)));
        session.open(bare, Start.at(0));
        session.write(bare, Bench.batch(1, Row.of(List.of("a"), 1, false)));
        session.write(bare, Bench.batch(2, Row.of(List.of("a"), 2, false)));
        bench.holds(bare, Row.of(List.of("a"), 2, false));
    }

    private void named(Optional<String> schema) throws Exception {
        DestinationTable plain = Bench.charges(Bench.fresh());
        DestinationTable table = DestinationTable.of(
                Bench.OWNER, schema, "Kit's \"Order Items\" `" + plain.name(), plain.key(), plain.columns());
        try (DestinationSession session = bench.connect()) {
            session.open(table, Start.at(0));
            session.write(table, Bench.charges(2, 0, 5));
            bench.holds(table, Bench.charge("ch_0", 1, 5), Bench.charge("ch_1", 2, 5));
        } finally {
            kit.remove(table);
        }
    }

    private void order(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        columns(table, List::equals);
    }

    /** Columns that are added to a table may come at its end. */
    private void columns(DestinationTable table, BiPredicate<List<String>, List<String>> like) throws Exception {
        List<String> wanted =
                table.columns().stream().map(DestinationColumn::name).toList();
        List<String> found = kit.columns(table).stream()
                .map(column -> column.split(" ", 2)[0])
                .toList();
        Complaint.unless(
                found.size() == wanted.size() && like.test(found, wanted),
                "The columns are %s instead of %s.".formatted(found, wanted),
                "Make the columns of the table in their order, and no others.");
    }

    private void added(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.batch(1, Bench.charge("ch_0", 1, 5)));
        DestinationTable wider = Bench.table(
                Bench.OWNER,
                table.name(),
                column("amount", Column.Type.INTEGER),
                column("customer", Column.Type.TEXT),
                column("currency", Column.Type.TEXT),
                column("deleted_at", Column.Type.TIMESTAMP),
                column("data", Column.Type.JSON),
                column("paid", Column.Type.BOOLEAN));
        Standing standing = session.open(wider, Start.at(0));
        Complaint.unless(
                standing.widened() && !standing.made(),
                "A table to which columns were added does not stand as widened.",
                "Return whenWidened(), so that its rows are sent again.");
        OpeningChecks.stands("A table to which columns were added", standing, 1, 1);
        Row old = Row.of(Arrays.asList("1", "ch_0", "5", "cus_5", null, null, "{\"amount\": 5}", null), 1, false);
        Row filled = Row.of(Arrays.asList("1", "ch_0", "5", "cus_5", "eur", null, "{\"amount\": 5}", "true"), 1, false);
        bench.holds(wider, old);
        session.write(wider, Bench.batch(1, filled));
        bench.holds(wider, filled);
        columns(wider, List::containsAll);
        Complaint.unless(
                !session.open(wider, Start.at(0)).widened(),
                "A table stands as widened once more.",
                "Say so only when columns were added now.");
    }

    private void widened(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        session.write(table, Bench.batch(1, Bench.charge("ch_0", 1, 5)));
        DestinationTable wider = Bench.table(
                Bench.OWNER,
                table.name(),
                column("amount", Column.Type.BIGINT),
                column("customer", Column.Type.TEXT),
                column("deleted_at", Column.Type.TIMESTAMP),
                column("data", Column.Type.JSON));
        OpeningChecks.stands("A table with a wider column", session.open(wider, Start.at(0)), 1, 1);
        Row big = Row.of(Arrays.asList("1", "ch_1", "9223372036854775807", null, null, null), 2, false);
        session.write(wider, Bench.batch(2, big));
        bench.holds(wider, Bench.charge("ch_0", 1, 5), big);
    }

    private void unfit(
            DestinationSession session, DestinationTable table, Map.Entry<String, DestinationConformance.Change> way)
            throws Exception {
        way.getValue().apply(table);
        List<String> columns = kit.columns(table);
        List<Map<String, String>> rows = kit.rows(table);
        Complaint.refused("A table with " + way.getKey(), () -> session.open(table, Start.at(0)), "", Reason.TABLE);
        Complaint.unless(
                kit.columns(table).equals(columns) && kit.rows(table).equals(rows),
                "The table was refused, and had been changed before.",
                "Look at all of a table first, and change it then.");
    }
}
