package dev.webhookdb.destinations.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is peculiar to ClickHouse, seen from the server. */
class ClickhouseSessionTest {
    private static final int MEGABYTE = 1 << 20;

    private static final List<Column.Type> TYPES = List.of(Column.Type.values());

    private static ClickhouseServer server;

    private final String name = "charge_" + UUID.randomUUID().toString().substring(0, 8);
    private final DestinationTable table = table(
            new DestinationColumn("note", Column.Type.TEXT),
            new DestinationColumn("deleted_at", Column.Type.TIMESTAMP));
    private final DestinationTable loaded = table.named(name + "__reload");

    @BeforeAll
    static void start() {
        server = ClickhouseServer.shared();
    }

    @AfterEach
    void removeTables() {
        for (String one : List.of(name, name + "__reload")) {
            server.execute("DROP TABLE IF EXISTS kit." + one);
            server.execute("DROP TABLE IF EXISTS kit.%s_current".formatted(one));
        }
    }

    @Test
    void readersSeeCurrentRowsWithFinalAndInTheViewAndNotWhatWasDeleted() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.write(table, new Batch(List.of(row("ch_0", 1, "old"), row("ch_1", 2, "stays")), 2));
            session.write(table, new Batch(List.of(row("ch_0", 3, "new")), 3));
            Row deleted = Row.of(Arrays.asList("1", "ch_1", "stays", "2026-01-02 03:04:05+00"), 4, true);
            session.write(table, new Batch(List.of(deleted), 4));

            assertThat(session.count(table)).isEqualTo(OptionalLong.of(2));
        }
        assertThat(server.execute("SELECT charge_id, note FROM kit.%s FINAL".formatted(name)))
                .isEqualTo("ch_0\tnew\n");
        assertThat(server.execute("SELECT charge_id, note FROM kit.%s_current".formatted(name)))
                .isEqualTo("ch_0\tnew\n");
        assertThat(server.execute("SELECT count() FROM kit.%s WHERE deleted_at IS NOT NULL".formatted(name)))
                .isEqualTo("1\n");
    }

    @Test
    void theViewGetsColumnsThatAreAdded() throws Exception {
        DestinationTable wider = table(
                new DestinationColumn("note", Column.Type.TEXT),
                new DestinationColumn("it's \"a\" `name`\\", Column.Type.TEXT),
                new DestinationColumn("deleted_at", Column.Type.TIMESTAMP));
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.write(table, new Batch(List.of(row("ch_0", 1, "note")), 1));
            assertThat(session.open(wider, Start.at(0)).widened()).isTrue();
            Row filled = Row.of(Arrays.asList("1", "ch_0", "note", "odd", null), 1, false);
            session.write(wider, new Batch(List.of(filled), 1));
        }
        assertThat(server.execute("SELECT `it's \"a\" \\`name\\`\\\\` FROM kit.%s_current".formatted(name)))
                .isEqualTo("odd\n");
        assertThat(server.execute("DESCRIBE kit.%s_current".formatted(name)).lines())
                .hasSize(7);
    }

    @Test
    void whatSomebodyElseCalledLikeTheViewIsLeftAlone() throws Exception {
        server.execute("CREATE VIEW kit.%s_current AS SELECT 'mine' AS whose".formatted(name));
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.open(loaded, Start.empty());
            session.replace(loaded, table);
        }
        assertThat(server.execute("SELECT whose FROM kit.%s_current".formatted(name)))
                .isEqualTo("mine\n");
    }

    @Test
    void timesThatDoNotFitAreNullAndTexts() throws Exception {
        DestinationTable odd = table(
                new DestinationColumn("at", Column.Type.TIMESTAMP), new DestinationColumn("day", Column.Type.DATE));
        try (DestinationSession session = connect()) {
            session.open(odd, Start.at(0));
            List<Row> rows = List.of(
                    times("a", 1, "0001-01-01 00:00:00+00", "0001-01-01"),
                    times("b", 2, "9999-12-31 23:59:59.999999+00", "9999-12-31"),
                    times("c", 3, "infinity", "-infinity"),
                    times("d", 4, "1900-01-01 00:00:00+00", "1900-01-01"),
                    times("e", 5, "2299-12-31 23:59:59.999999+00", "2299-12-31"),
                    times("f", 6, "1899-12-31 23:59:59.999999+00", "1899-12-31"),
                    times("g", 7, "2300-01-01 00:00:00+00", "2300-01-01"));
            session.write(odd, new Batch(rows, 7));
        }
        assertThat(server.execute("SELECT charge_id, at, day, _raw FROM kit.%s ORDER BY 1".formatted(name)))
                .isEqualTo("""
                        a\t\\N\t\\N\t{'at':'0001-01-01 00:00:00+00','day':'0001-01-01'}
                        b\t\\N\t\\N\t{'at':'9999-12-31 23:59:59.999999+00','day':'9999-12-31'}
                        c\t\\N\t\\N\t{'at':'infinity','day':'-infinity'}
                        d\t1900-01-01 00:00:00.000000\t1900-01-01\t{}
                        e\t2299-12-31 23:59:59.999999\t2299-12-31\t{}
                        f\t\\N\t\\N\t{'at':'1899-12-31 23:59:59.999999+00','day':'1899-12-31'}
                        g\t\\N\t\\N\t{'at':'2300-01-01 00:00:00+00','day':'2300-01-01'}
                        """);
    }

    @Test
    void hostileTextsArriveAsTheyAre() throws Exception {
        String hostile = "\0 \\0 ' \\' \" ` \\n\n\t') FORMAT RowBinary\n; DROP TABLE x --";
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            List<Row> rows = List.of(row("it's\0\\ `", 1, hostile), row("large", 2, "\u00e9".repeat(MEGABYTE)));
            session.write(table, new Batch(rows, 2));
            session.write(table, new Batch(rows, 2));

            assertThat(session.open(table, Start.at(0)).rows()).isEqualTo(2);
        }
        assertThat(server.execute(
                        "SELECT hex(note) FROM kit.%s WHERE charge_id = 'it\\'s\\0\\\\ `' LIMIT 1".formatted(name)))
                .isEqualToIgnoringCase(HexFormat.of().formatHex(hostile.getBytes(UTF_8)) + "\n");
        assertThat(server.execute("SELECT max(length(note)) FROM kit." + name)).isEqualTo(2 * MEGABYTE + "\n");
    }

    @Test
    void numbersAreNeverCut() throws Exception {
        DestinationTable amounts = table(new DestinationColumn("amount", Column.Type.NUMERIC));
        String huge = "1" + "0".repeat(400);
        try (DestinationSession session = connect()) {
            session.open(amounts, Start.at(0));
            session.write(amounts, new Batch(List.of(Row.of(Arrays.asList("1", "ch_0", huge), 1, false)), 1));
        }
        assertThat(server.execute("SELECT amount FROM kit." + name)).isEqualTo(huge + "\n");
    }

    @Test
    void aTextThatIsNotInUnicodeIsRefusedAlone() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            Row broken = row("ch_1", 2, "half \ud83d of a pair");
            assertRows(session, new Batch(List.of(row("ch_0", 1, "whole"), broken), 2));
            assertRows(session, new Batch(List.of(row("k".repeat(RowBinary.LONGEST_KEY + 1), 3, "long key")), 3));
            assertRows(session, new Batch(List.of(row(null, 4, "no key")), 4));
            session.write(table, new Batch(List.of(row("ch_0", 1, "whole")), 1));

            assertThat(session.open(table, Start.at(0)).position()).isEqualTo(OptionalLong.of(1));
        }
    }

    @Test
    void aRowThatATablesConstraintForbidsIsRefused() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            server.execute("ALTER TABLE kit.%s ADD CONSTRAINT short CHECK length(note) < 9".formatted(name));
            assertRows(session, new Batch(List.of(row("ch_0", 1, "short"), row("ch_1", 2, "much too long")), 2));
            session.write(table, new Batch(List.of(row("ch_0", 1, "short")), 1));

            assertThat(session.count(table)).isEqualTo(OptionalLong.of(1));
        }
    }

    @Test
    void manyColumnsAndKeysThatAreTooLongForOneStatement() throws Exception {
        DestinationTable broad = table(IntStream.range(0, 500)
                .mapToObj(i ->
                        new DestinationColumn("column_with_a_long_name_".repeat(2) + i, TYPES.get(i % TYPES.size())))
                .toArray(DestinationColumn[]::new));
        try (DestinationSession session = connect()) {
            session.open(broad, Start.at(0));
            List<Row> rows = IntStream.range(0, 10)
                    .mapToObj(i -> {
                        List<String> values = new ArrayList<>(Collections.nCopies(502, null));
                        values.set(1, "'".repeat(60_000) + i);
                        return Row.of(values, i + 1, false);
                    })
                    .toList();
            session.write(broad, new Batch(rows, 10));
            session.write(broad, new Batch(rows, 10));

            Standing standing = session.open(broad, Start.at(0));
            assertThat(standing.rows()).isEqualTo(10);
            assertThat(standing.widened()).isFalse();
        }
    }

    @Test
    void aColumnThatSomebodyMadeOtherwiseKeepsItsTypeIfItHoldsAllValues() throws Exception {
        DestinationTable typed = table(
                new DestinationColumn("amount", Column.Type.INTEGER), new DestinationColumn("city", Column.Type.TEXT));
        server.execute("""
                CREATE TABLE kit.%s (charge_id String, amount Nullable(Int64), city LowCardinality(Nullable(String)), mine UInt8 DEFAULT 7,
                _change Int64, _deleted UInt8) ENGINE = ReplacingMergeTree(_change, _deleted) ORDER BY charge_id""".formatted(name));
        try (DestinationSession session = connect()) {
            assertThat(session.open(typed, Start.at(0)).adopted()).isTrue();
            Row row = Row.of(Arrays.asList("1", "ch_0", "-2147483648", "K\u00f6ln"), 1, false);
            session.write(typed, new Batch(List.of(row), 1));
        }
        assertThat(server.execute("SELECT amount, city, mine FROM kit.%s_current".formatted(name)))
                .isEqualTo("-2147483648\tK\u00f6ln\t7\n");
        assertThat(server.execute("SELECT toTypeName(city) FROM kit." + name))
                .isEqualTo("LowCardinality(Nullable(String))\n");
    }

    /** Without transactions: what was written without its note is there, is not written again, and counts. */
    @Test
    void aCrashBetweenRowsAndPositionLosesNeither() throws Exception {
        try (ClickhouseServer own = ClickhouseServer.fresh()) {
            try (DestinationSession session = connect(own)) {
                session.open(table, Start.at(0));
                session.write(table, new Batch(List.of(row("ch_0", 1, "first")), 1));
                own.endsAt("INSERT INTO `kit`.`_webhookdb_positions`");
                assertFails(session, new Batch(List.of(row("ch_0", 2, "second"), row("ch_1", 3, "second")), 3));
            }
            own.restart();
            try (DestinationSession session = connect(own)) {
                Standing standing = session.open(table, Start.at(0));
                assertThat(standing.position()).isEqualTo(OptionalLong.of(3));
                assertThat(standing.rows()).isEqualTo(2);
                assertThat(session.count(table)).isEqualTo(OptionalLong.of(2));
                session.write(table, new Batch(List.of(row("ch_0", 2, "second"), row("ch_1", 3, "second")), 3));
                assertThat(session.open(table, Start.at(0)).rows()).isEqualTo(2);
            }
            assertThat(own.execute("SELECT charge_id, note FROM kit.%s_current ORDER BY 1".formatted(name)))
                    .isEqualTo("ch_0\tsecond\nch_1\tsecond\n");
        }
    }

    @Test
    void aCrashBeforeTheRowsLeavesWhatWasThere() throws Exception {
        try (ClickhouseServer own = ClickhouseServer.fresh()) {
            try (DestinationSession session = connect(own)) {
                session.open(table, Start.at(0));
                session.write(table, new Batch(List.of(row("ch_0", 1, "first")), 1));
                own.endsAt("FROM `kit`.`%s` WHERE".formatted(name));
                assertFails(session, new Batch(List.of(row("ch_0", 2, "second")), 2));
            }
            own.restart();
            try (DestinationSession session = connect(own)) {
                assertThat(session.open(table, Start.at(0)).position()).isEqualTo(OptionalLong.of(1));
            }
        }
    }

    @Test
    void aReplacementThatEndsAfterTheExchangeIsWhole() throws Exception {
        load();
        server.fails("DROP TABLE IF EXISTS `kit`.`%s__reload`".formatted(name), 159);
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.open(loaded, Start.at(0));
            assertThatThrownBy(() -> session.replace(loaded, table)).isInstanceOf(DestinationException.class);
        }
        try (DestinationSession session = connect()) {
            Standing standing = session.open(table, Start.at(0));
            assertThat(standing.position()).isEqualTo(OptionalLong.of(50));
            assertThat(standing.rows()).isEqualTo(2);
            assertThat(standing.adopted() || standing.made()).isFalse();
            // the old table, which has the other's name now, does not come back
            assertThat(session.open(loaded, Start.at(0)).made()).isTrue();
            assertThat(session.count(loaded)).isEqualTo(OptionalLong.of(0));
        }
    }

    @Test
    void aReplacementThatEndsBeforeTheExchangeHasChangedNothing() throws Exception {
        load();
        server.fails("EXCHANGE TABLES", 159);
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.open(loaded, Start.at(0));
            assertThatThrownBy(() -> session.replace(loaded, table)).isInstanceOf(DestinationException.class);
        }
        try (DestinationSession session = connect()) {
            assertThat(session.open(table, Start.at(0)).position()).isEqualTo(OptionalLong.of(9));
            assertThat(session.open(loaded, Start.at(0)).position()).isEqualTo(OptionalLong.of(50));
            session.write(table, new Batch(List.of(row("ch_0", 10, "goes on")), 10));
            session.replace(loaded, table);
            assertThat(session.open(table, Start.at(0)).position()).isEqualTo(OptionalLong.of(50));
        }
        assertThat(server.execute("EXISTS kit.%s__reload".formatted(name))).isEqualTo("0\n");
        assertThat(server.execute("EXISTS kit.%s__reload_current".formatted(name)))
                .isEqualTo("0\n");
    }

    @Test
    void whatAnInterruptedAdoptionLeftIsRemovedByTheNext() throws Exception {
        load();
        DestinationTable mine = DestinationTable.of("syt_2", Optional.empty(), name, table.key(), table.columns());
        server.fails("EXCHANGE TABLES", 159);
        try (DestinationSession session = connect()) {
            assertThatThrownBy(() -> session.open(mine, Start.at(0))).isInstanceOf(DestinationException.class);
        }
        try (DestinationSession session = connect()) {
            Standing standing = session.open(mine, Start.at(3));
            assertThat(standing.adopted()).isTrue();
            assertThat(standing.rows()).isEqualTo(1);
        }
        assertThat(server.execute("SELECT _change FROM kit." + name)).isEqualTo("0\n");
        assertThat(server.execute("SELECT count() FROM system.tables WHERE name LIKE '\\_webhookdb\\_new%'"))
                .isEqualTo("0\n");
    }

    @Test
    void aBatchIsOneInsertOfRows() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            server.statements();
            List<Row> rows = IntStream.range(0, 10_000)
                    .mapToObj(i -> row("ch_" + i, i + 1, "note ".repeat(100)))
                    .toList();
            session.write(table, new Batch(rows, 10_000));
        }
        assertThat(server.statements().stream().filter(statement -> statement.startsWith("INSERT")))
                .hasSize(2);
        assertThat(server.execute(
                        "SELECT count(), sum(rows) FROM system.parts WHERE table = '%s' AND active".formatted(name)))
                .isEqualTo("1\t10000\n");
    }

    @Test
    void aDatabaseWhoseTablesCannotBeExchangedIsRefused() throws Exception {
        server.execute("CREATE DATABASE IF NOT EXISTS remembered ENGINE = Memory");
        DestinationTable elsewhere =
                DestinationTable.of("syt_1", Optional.of("remembered"), name, table.key(), table.columns());
        try (DestinationSession session = connect()) {
            assertThatThrownBy(() -> session.open(elsewhere, Start.at(0)))
                    .isInstanceOfSatisfying(
                            DestinationException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.SETTINGS))
                    .hasMessageContaining("Memory")
                    .hasMessageContaining("Atomic");
        } finally {
            server.execute("DROP DATABASE remembered");
        }
    }

    @Test
    void columnsThatTheDestinationNeedsForItselfAreRefused() throws Exception {
        try (DestinationSession session = connect()) {
            assertThatThrownBy(() -> session.open(table(new DestinationColumn("_raw", Column.Type.TEXT)), Start.at(0)))
                    .isInstanceOfSatisfying(
                            DestinationException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.TABLE))
                    .hasMessageContaining("'_raw'");
        }
    }

    private void load() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.write(table, new Batch(List.of(row("ch_0", 9, "old")), 9));
            session.open(loaded, Start.empty());
            session.write(loaded, new Batch(List.of(row("ch_0", 9, "new"), row("ch_1", 50, "new")), 50));
        }
    }

    private void assertRows(DestinationSession session, Batch batch) {
        assertThatThrownBy(() -> session.write(table, batch))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.ROWS));
    }

    private void assertFails(DestinationSession session, Batch batch) {
        assertThatThrownBy(() -> session.write(table, batch))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.TRANSIENT));
    }

    private DestinationTable table(DestinationColumn... others) {
        List<DestinationColumn> columns = new ArrayList<>();
        columns.add(new DestinationColumn("pk", Column.Type.BIGINT));
        columns.add(new DestinationColumn("charge_id", Column.Type.TEXT));
        columns.addAll(Arrays.asList(others));
        columns.add(new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT));
        return DestinationTable.of("syt_1", Optional.empty(), name, "charge_id", columns);
    }

    private static Row row(String key, long change, String note) {
        return Row.of(Arrays.asList("1", key, note, null), change, false);
    }

    private static Row times(String key, long change, String at, String day) {
        return Row.of(Arrays.asList("1", key, at, day), change, false);
    }

    private static DestinationSession connect() throws Exception {
        return connect(server);
    }

    private static DestinationSession connect(ClickhouseServer where) throws Exception {
        return new ClickhouseDestination()
                .connect(Place.of(where.url("kit"), SocketFactory.getDefault(), Duration.ofSeconds(30)));
    }
}
