package dev.webhookdb.testkit.destination;

import static dev.webhookdb.testkit.destination.Bench.column;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** Values are written as they are, or their row is refused and all others are not. */
final class ValueChecks {
    /** From which length on a value makes a row large. */
    private static final int LARGE = 100_000;

    private final DestinationConformance kit;
    private final Bench bench;

    ValueChecks(DestinationConformance kit) {
        this.kit = kit;
        this.bench = new Bench(kit);
    }

    Stream<DynamicNode> tests() {
        Stream<DynamicNode> types = Arrays.stream(Column.Type.values())
                .map(type ->
                        bench.test("values of the type " + type, (session, table) -> values(session, table, type)));
        return Stream.concat(types, Stream.of(bench.test("keys of any length", this::keys)));
    }

    private void values(DestinationSession session, DestinationTable table, Column.Type type) throws Exception {
        DestinationTable one = Bench.table(Bench.OWNER, table.name(), column("value", type));
        session.open(one, Start.at(0));
        List<Row> written = new ArrayList<>();
        List<String> samples = samples(type);
        for (String value : samples) {
            Row row = Row.of(Arrays.asList("1", "key " + written.size(), value), written.size() + 1L, false);
            write(session, one, row, Texts.shown(value), written);
        }
        Complaint.unless(
                written.size() > samples.size() / 2,
                "Of %d values only %d are taken.".formatted(samples.size(), written.size()),
                "Choose a type that holds the usual values; a text does, where nothing else fits.");
        bench.holds(one, written.toArray(Row[]::new));
    }

    /** Where there are no columns, a NULL cannot be told from the JSON {@code null}. */
    private List<String> samples(Column.Type type) {
        return Samples.of(type).stream()
                .filter(value -> kit.features().contains(Feature.COLUMNS) || !"null".equals(value))
                .filter(value -> kit.features().contains(Feature.LARGE_ROWS) || value == null || value.length() < LARGE)
                .toList();
    }

    private void keys(DestinationSession session, DestinationTable table) throws Exception {
        session.open(table, Start.at(0));
        List<Row> written = new ArrayList<>();
        for (String key :
                List.of("k", "k".repeat(255), "\u20ac".repeat(255), "k".repeat(10_000), "it's \"\\ \t\n\ud83d\ude00")) {
            write(session, table, Bench.charge(key, written.size() + 1L, 1), "The key " + Texts.shown(key), written);
        }
        bench.holds(table, written.toArray(Row[]::new));
    }

    /** Writes a row, first together with those that were written, so that it is seen that a batch is refused as a whole. */
    private static void write(
            DestinationSession session, DestinationTable table, Row row, String what, List<Row> written)
            throws InterruptedException {
        List<Row> all = new ArrayList<>(written);
        all.add(row);
        try {
            session.write(table, Bench.batch(row.change(), all.toArray(Row[]::new)));
            written.add(row);
        } catch (DestinationException e) {
            Complaint.unless(
                    e.reason() == Reason.ROWS,
                    "%s is refused as %s: %s".formatted(what, e.reason(), e.getMessage()),
                    "Refuse a row that cannot be written with the reason ROWS, or write it.");
            Complaint.sentence(what, e.getMessage(), "");
        }
    }
}
