package dev.webhookdb.destinations.mariadb;

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
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is peculiar to MariaDB, seen from the server. */
class MariadbSessionTest {
    private static final MariadbServer SERVER = MariadbServer.shared();
    private static final int MEGABYTE = 1 << 20;

    private final String name = "charge_" + UUID.randomUUID().toString().substring(0, 8);
    private final DestinationTable table = DestinationTable.of(
            "syt_1",
            Optional.empty(),
            name,
            "charge_id",
            List.of(
                    new DestinationColumn("pk", Column.Type.BIGINT),
                    new DestinationColumn("charge_id", Column.Type.TEXT),
                    new DestinationColumn("note", Column.Type.TEXT),
                    new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));
    private final DestinationTable loaded = table.named(name + "_loaded");

    @AfterEach
    void removeTables() throws SQLException {
        SERVER.execute("DROP TABLE IF EXISTS kit.%s, kit.%s_loaded".formatted(name, name));
    }

    @Test
    void rowsThatAreTooManyForOnePacketAreWrittenInParts() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            List<Row> rows = IntStream.range(0, 12)
                    .mapToObj(i -> row("ch_" + i, i + 1, "it's ".repeat(600_000)))
                    .toList();
            session.write(table, new Batch(rows, 12));
        }
        assertThat(number("SELECT count(*) FROM " + name + " WHERE length(note) = 3000000"))
                .isEqualTo(12);
    }

    @Test
    void aRowThatIsLongerThanAPacketIsRefusedAlone() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            Row fits = row("ch_0", 1, "x".repeat(16 * MEGABYTE - 4096));
            Row tooLong = row("ch_1", 2, "'".repeat(9 * MEGABYTE));
            assertThatThrownBy(() -> session.write(table, new Batch(List.of(fits, tooLong), 2)))
                    .isInstanceOfSatisfying(
                            DestinationException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.ROWS))
                    .hasMessageContaining("max_allowed_packet");
            session.write(table, new Batch(List.of(fits), 2));
        }
        assertThat(number("SELECT max(length(note)) FROM " + name)).isEqualTo(16L * MEGABYTE - 4096);
    }

    @Test
    void aKeyThatWouldLoseItsBlanksIsRefused() throws Exception {
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            Row row = row("k".repeat(768) + " ", 1, "note");
            assertThatThrownBy(() -> session.write(table, new Batch(List.of(row), 1)))
                    .isInstanceOfSatisfying(
                            DestinationException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.ROWS));
            session.write(table, new Batch(List.of(row("\ud83d\ude00".repeat(768), 1, "note")), 1));
        }
        assertThat(number("SELECT char_length(charge_id) FROM " + name)).isEqualTo(768);
    }

    @Test
    void theServersOwnModesDoNotMatter() throws Exception {
        SERVER.execute("SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'");
        SERVER.execute("SET GLOBAL time_zone = '-07:00'");
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.write(table, new Batch(List.of(row("it's", 1, "back\\slash \"quoted\"")), 1));
        } finally {
            SERVER.execute("SET GLOBAL sql_mode = DEFAULT");
            SERVER.execute("SET GLOBAL time_zone = 'SYSTEM'");
        }
        assertThat(number("SELECT count(*) FROM %s WHERE hex(note) = hex('back\\\\slash \"quoted\"')".formatted(name)))
                .isOne();
    }

    /** The exchange is one statement: whatever happens before or after it, the position is that of the rows. */
    @Test
    void aReplacementThatEndsAfterTheExchangeHasMovedThePositionToo() throws Exception {
        load();
        SERVER.execute("RENAME TABLE kit.%1$s TO kit._webhookdb_old, kit.%1$s_loaded TO kit.%1$s".formatted(name));
        try (DestinationSession session = connect()) {
            Standing standing = session.open(table, Start.at(0));
            assertThat(standing.position()).isEqualTo(OptionalLong.of(50));
            assertThat(standing.rows()).isEqualTo(2);
            assertThat(standing.adopted() || standing.made()).isFalse();
        } finally {
            SERVER.execute("DROP TABLE kit._webhookdb_old");
        }
    }

    @Test
    void aReplacementThatEndsBeforeTheExchangeHasChangedNothing() throws Exception {
        load();
        try (DestinationSession session = connect()) {
            assertThat(session.open(table, Start.at(0)).position()).isEqualTo(OptionalLong.of(9));
            assertThat(session.open(loaded, Start.at(0)).position()).isEqualTo(OptionalLong.of(50));
        }
    }

    @Test
    void whatAnInterruptedReplacementLeftIsRemovedByTheNext() throws Exception {
        load();
        SERVER.execute("CREATE TABLE kit.%s (a int)".formatted(Names.discarded(table)));
        try (DestinationSession session = connect()) {
            session.open(table, Start.at(0));
            session.open(loaded, Start.at(0));
            session.replace(loaded, table);
            assertThat(session.count(table)).isEqualTo(OptionalLong.of(2));
        }
        assertThat(number("SELECT count(*) FROM information_schema.tables WHERE table_name = '%s'"
                        .formatted(Names.discarded(table))))
                .isZero();
        assertThat(number("SELECT count(*) FROM _webhookdb_positions WHERE `table` LIKE '%s%%'".formatted(name)))
                .isOne();
    }

    @Test
    void aCommentOfSomebodyElseStays() throws Exception {
        SERVER.execute(
                "CREATE TABLE kit.%s (charge_id varchar(20) COLLATE utf8mb4_nopad_bin PRIMARY KEY) CHARACTER SET utf8mb4 COMMENT 'It''s \\\\ ours'"
                        .formatted(name));
        try (DestinationSession session = connect()) {
            assertThat(session.open(table, Start.at(3)).adopted()).isTrue();
            assertThat(session.open(table, Start.at(3)).adopted()).isFalse();
        }
        assertThat(number(
                        "SELECT count(*) FROM information_schema.tables WHERE table_name = '%s' AND table_comment REGEXP '^It''s . ours webhookdb:[0-9a-f]{32}$'"
                                .formatted(name)))
                .isOne();
    }

    @Test
    void waitingForALockEndsInTimeAndMayBeTriedAgain() throws Exception {
        try (DestinationSession session = connect("sslMode=trust", Duration.ofSeconds(2))) {
            session.open(table, Start.at(0));
            try (Connection other = SERVER.connect();
                    Statement statement = other.createStatement()) {
                statement.execute("LOCK TABLES %s READ, _webhookdb_positions READ".formatted(name));
                assertThatThrownBy(() -> session.write(table, new Batch(List.of(row("ch_0", 1, "note")), 1)))
                        .isInstanceOfSatisfying(
                                DestinationException.class,
                                failure -> assertThat(failure.reason()).isEqualTo(Reason.TRANSIENT));
            }
        }
    }

    @Test
    void aCertificateThatNobodySignedIsTakenWithThePasswordAsItsProof() throws Exception {
        try (DestinationSession session = connect("", Duration.ofSeconds(30))) {
            assertThat(session.open(table, Start.at(0)).made()).isTrue();
        }
    }

    @Test
    void passwordsDoNotNeedTls() throws Exception {
        try (DestinationSession session = connect("sslMode=disable", Duration.ofSeconds(30))) {
            assertThat(session.open(table, Start.at(0)).made()).isTrue();
        }
    }

    @Test
    void anUnknownDatabaseIsMade() throws Exception {
        DestinationTable elsewhere =
                DestinationTable.of("syt_1", Optional.of("Other"), name, table.key(), table.columns());
        try (DestinationSession session = connect()) {
            assertThat(session.open(elsewhere, Start.at(0)).made()).isTrue();
            assertThat(session.count(elsewhere)).isEqualTo(OptionalLong.of(0));
        } finally {
            SERVER.execute("DROP DATABASE IF EXISTS Other");
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

    private static Row row(String key, long change, String note) {
        return Row.of(Arrays.asList("1", key, note), change, false);
    }

    private static DestinationSession connect() throws Exception {
        return connect("sslMode=trust", Duration.ofSeconds(60));
    }

    private static DestinationSession connect(String parameters, Duration timeout) throws Exception {
        URI url = URI.create(SERVER.url("kit").toString().replace("sslMode=trust", parameters));
        return new MariadbDestination().connect(Place.of(url, SocketFactory.getDefault(), timeout));
    }

    private static long number(String sql) throws SQLException {
        try (Connection connection = SERVER.connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            answer.next();
            return answer.getLong(1);
        }
    }
}
