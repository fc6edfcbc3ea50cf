package dev.webhookdb.testkit.destination;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.DynamicNode;

/** Tables and rows to test with, and sessions to write them. */
final class Bench {
    /** How long each call may take. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** The owner of tables. */
    static final String OWNER = "syt_kit";

    private final DestinationConformance kit;

    Bench(DestinationConformance kit) {
        this.kit = kit;
    }

    /** What is tested with a session and a table. */
    @FunctionalInterface
    interface Check {
        void run(DestinationSession session, DestinationTable table) throws Exception;
    }

    /** A test with a session, and a table that is not there yet and is removed afterwards. */
    DynamicNode test(String name, Check check) {
        return dynamicTest(name, () -> {
            DestinationTable table = charges(fresh());
            try (DestinationSession session = connect()) {
                check.run(session, table);
            } finally {
                kit.remove(table);
            }
        });
    }

    DestinationSession connect() throws Exception {
        return kit.destination().connect(place());
    }

    Place place() {
        return Place.of(kit.url(), SocketFactory.getDefault(), TIMEOUT);
    }

    /** Returns a name that no other test uses. */
    static String fresh() {
        return "kit_" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Returns a table with columns of a few types. */
    static DestinationTable charges(String name) {
        return table(
                OWNER,
                name,
                column("amount", Column.Type.INTEGER),
                column("customer", Column.Type.TEXT),
                column("deleted_at", Column.Type.TIMESTAMP),
                column("data", Column.Type.JSON));
    }

    /** Returns a table with a number, a key and other columns. */
    static DestinationTable table(String owner, String name, DestinationColumn... others) {
        List<DestinationColumn> columns = new ArrayList<>();
        columns.add(column("pk", Column.Type.BIGINT));
        columns.add(column("charge_id", Column.Type.TEXT));
        columns.addAll(Arrays.asList(others));
        columns.add(column(DestinationTable.CHANGE, Column.Type.BIGINT));
        return DestinationTable.of(owner, Optional.empty(), name, "charge_id", columns);
    }

    static DestinationColumn column(String name, Column.Type type) {
        return new DestinationColumn(name, type);
    }

    /** Returns the state of a charge. */
    static Row charge(String key, long change, int amount) {
        return Row.of(
                Arrays.asList(
                        "1", key, Integer.toString(amount), "cus_" + amount, null, "{\"amount\": " + amount + "}"),
                change,
                false);
    }

    /** Returns the last state of a charge that was deleted. */
    static Row deleted(String key, long change) {
        return Row.of(
                Arrays.asList("1", key, "1", "cus_1", "2026-01-02 03:04:05.678901+00", "{\"amount\": 1}"),
                change,
                true);
    }

    /** Returns charges {@code ch_0}, {@code ch_1} and so on, whose changes follow a number. */
    static Batch charges(int count, long after, int amount) {
        return new Batch(
                IntStream.range(0, count)
                        .mapToObj(i -> charge("ch_" + i, after + 1 + i, amount))
                        .toList(),
                after + count);
    }

    static Batch batch(long position, Row... rows) {
        return new Batch(Arrays.asList(rows), position);
    }

    /** Requires that a table has exactly these rows. */
    void holds(DestinationTable table, Row... wanted) throws Exception {
        Map<String, Map<String, String>> there = byKey(table);
        Complaint.unless(
                there.size() == wanted.length,
                "The table has the rows %s instead of %d.".formatted(there.keySet(), wanted.length),
                "Write every row of a batch once, by its key.");
        for (Row row : wanted) {
            holds(table, there, row);
        }
    }

    private static void holds(DestinationTable table, Map<String, Map<String, String>> there, Row row) {
        String key = row.text(table.index(table.key()));
        Map<String, String> found = there.get(key);
        Complaint.unless(found != null, "The row '%s' is missing.".formatted(key), "Write every row of a batch.");
        for (int i = 0; i < table.columns().size(); i++) {
            DestinationColumn column = table.columns().get(i);
            String value = found.get(column.name());
            Complaint.unless(
                    Texts.same(column.type(), row.text(i), value),
                    "The row '%s' has %s in '%s' instead of %s."
                            .formatted(key, Texts.shown(value), column.name(), Texts.shown(row.text(i))),
                    "Write values as they are, or refuse the row with the reason ROWS; of two states keep the one with the greater"
                            + " change number.");
        }
    }

    private Map<String, Map<String, String>> byKey(DestinationTable table) throws Exception {
        return kit.rows(table).stream().collect(Collectors.toMap(row -> row.get(table.key()), row -> row));
    }
}
