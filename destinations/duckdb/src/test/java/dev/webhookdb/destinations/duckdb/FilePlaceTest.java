package dev.webhookdb.destinations.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Start;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.SocketFactory;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing but files of the directory that the operator named is read or written. */
class FilePlaceTest {
    private static final URI FILE = URI.create("duckdb:///analytics.duckdb");

    @TempDir
    Path root;

    @Test
    void withoutADirectoryTheOperatorIsToldWhatToSet() {
        refused(Optional.empty(), "WEBHOOKDB_JAVA_OPTS=-Dwebhookdb.duckdb.directory=DIRECTORY");
    }

    @Test
    void aDirectoryThatIsNotThereIsForTheOperator() {
        refused(Optional.of(root.resolve("nowhere")), "not there");
    }

    @Test
    void aLinkDoesNotLeadOut() throws Exception {
        Path directory = Files.createDirectory(root.resolve("files"));
        Files.createSymbolicLink(directory.resolve("analytics.duckdb"), root.resolve("elsewhere.duckdb"));

        refused(Optional.of(directory), "is no file");
        assertThat(root.resolve("elsewhere.duckdb")).doesNotExist();
    }

    @Test
    void aFileOfSomethingElseIsLeftAsItIs() throws Exception {
        Path file = Files.writeString(root.resolve("analytics.duckdb"), "precious ".repeat(1_000));

        refused(Optional.of(root), "none of DuckDB");
        assertThat(file).hasContent("precious ".repeat(1_000));
    }

    @Test
    void theFileIsMadeAndGivenBack() throws Exception {
        DestinationTable table = DestinationTable.of(
                "syt_1",
                Optional.empty(),
                "charge",
                "id",
                List.of(
                        new DestinationColumn("id", Column.Type.TEXT),
                        new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));
        try (DestinationSession session = connect(Optional.of(root))) {
            assertThat(session.open(table, Start.at(0)).made()).isTrue();
        }
        assertThat(root.resolve("analytics.duckdb")).isRegularFile();
        try (DestinationSession session = connect(Optional.of(root))) {
            assertThat(session.open(table, Start.at(0)).made()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from read_text('/etc/passwd')",
                "copy (select 1) to '/tmp/webhookdb-must-not-exist.csv'",
                "attach '/tmp/webhookdb-must-not-exist.duckdb'",
                "install httpfs",
                "load httpfs",
                "set enable_external_access = true",
                "set memory_limit = '100GB'"
            })
    void noStatementLeavesTheFile(String statement) throws Exception {
        try (Connection connection = new DuckDBDriver()
                        .connect("jdbc:duckdb:" + root.resolve("locked.duckdb"), DuckdbDestination.settings());
                Statement locked = connection.createStatement()) {
            assertThatThrownBy(() -> locked.execute(statement)).isInstanceOf(SQLException.class);
        }
    }

    private static void refused(Optional<Path> directory, String why) {
        assertThatThrownBy(() -> connect(directory).close())
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.SETTINGS))
                .hasMessageContaining(why);
    }

    private static DestinationSession connect(Optional<Path> directory) throws Exception {
        return new DuckdbDestination(() -> directory)
                .connect(Place.of(FILE, SocketFactory.getDefault(), Duration.ofSeconds(30)));
    }
}
