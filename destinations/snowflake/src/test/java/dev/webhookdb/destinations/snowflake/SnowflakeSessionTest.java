package dev.webhookdb.destinations.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is said to Snowflake, in which order. No statement is run: see docs/destinations/snowflake.md. */
class SnowflakeSessionTest {
    private static final String STAGE = "@\"PUBLIC\".webhookdb_[0-9a-f]{32}";
    private static final DestinationTable TABLE = DestinationTable.of(
            "syt_1",
            Optional.empty(),
            "charge",
            "charge_id",
            List.of(
                    new DestinationColumn("charge_id", Column.Type.TEXT),
                    new DestinationColumn("amount", Column.Type.INTEGER),
                    new DestinationColumn("fee", Column.Type.NUMERIC),
                    new DestinationColumn("created", Column.Type.TIMESTAMP),
                    new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));

    private final Recorder recorder = new Recorder()
            .answer("select current_schema()", List.of(List.of("PUBLIC")))
            .answer("select count(*) from information_schema", List.of(List.of(1)))
            .answer("merge", List.of(List.of(2, 1)));
    private final DestinationSession session = SnowflakeDestination.session(recorder.connection());

    @Test
    void aTableIsMadeBeforeItsPosition() throws Exception {
        Standing standing = session.open(TABLE, Start.at(7));

        assertThat(standing.made()).isTrue();
        assertThat(recorder.said())
                .endsWith(
                        "create table \"PUBLIC\".\"CHARGE\" (\"CHARGE_ID\" varchar(16777216) not null, \"AMOUNT\" number(38, 0),"
                                + " \"FEE\" varchar(16777216), \"CREATED\" timestamp_tz(6), \"_CHANGE\" number(38, 0) not null)",
                        "delete from \"PUBLIC\".\"_WEBHOOKDB_POSITIONS\" where table_name = ? [CHARGE]",
                        "insert into \"PUBLIC\".\"_WEBHOOKDB_POSITIONS\" (table_name, owner_id, change_position, row_count) values (?, ?, 7, 0) [CHARGE, syt_1]",
                        "commit");
    }

    @Test
    void aTableThatIsThereGoesOnWhereItIs() throws Exception {
        there("TEXT", 16_777_216);
        recorder.answer("select change_position", List.of(List.of(41, 3)));

        Standing standing = session.open(TABLE, Start.at(0));

        assertThat(standing.position()).isEqualTo(OptionalLong.of(41));
        assertThat(standing.rows()).isEqualTo(3);
        assertThat(recorder.said())
                .noneMatch(statement -> statement.matches("(create|alter|drop|insert|delete|update) .*"));
    }

    @Test
    void aTableWithAnotherTypeIsRefusedAndLeftAsItIs() {
        there("FLOAT", 0);

        assertThatThrownBy(() -> session.open(TABLE, Start.at(0)))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.TABLE))
                .hasMessageContaining("'FEE' of the type FLOAT");
        assertThat(recorder.said())
                .noneMatch(statement -> statement.matches("(create|alter|drop|insert|delete|update) .*"));
    }

    private void there(String fee, int length) {
        recorder.answer("select table_type", List.of(List.of("BASE TABLE")));
        recorder.answer(
                "select column_name",
                List.of(
                        Arrays.asList("CHARGE_ID", "TEXT", 16_777_216, "NO", null),
                        Arrays.asList("AMOUNT", "NUMBER", 0, "YES", null),
                        Arrays.asList("FEE", fee, length, "YES", null),
                        Arrays.asList("CREATED", "TIMESTAMP_TZ", 0, "YES", null),
                        Arrays.asList("_CHANGE", "NUMBER", 0, "NO", null)));
    }

    @Test
    void aBatchIsUploadedAndMergedByOneStatementWithItsPosition() throws Exception {
        session.write(TABLE, new Batch(List.of(row("it's \"x\"", "5", "1e400", 8), row("b", null, null, 9)), 9));

        List<String> said = recorder.said();
        assertThat(said).hasSize(7);
        assertThat(said.get(1))
                .matches("create temporary stage \"PUBLIC\"\\.webhookdb_[0-9a-f]{32} file_format = \\(type = json\\)");
        assertThat(said.get(2))
                .matches("(?s)uploadStream " + STAGE + "/batch\\.json\\.gz: .*")
                .endsWith("""
                        {"0":"it's \\"x\\"","1":"5","2":"1e400","3":"0001-01-01 00:00:00.000000+00:00","4":"8"}
                        {"0":"b","3":"0001-01-01 00:00:00.000000+00:00","4":"9"}
                        """);
        assertThat(said.get(3)).startsWith("update \"PUBLIC\".\"_WEBHOOKDB_POSITIONS\" set row_count = row_count");
        assertThat(said.get(4))
                .matches(
                        "merge into \"PUBLIC\"\\.\"CHARGE\" as known using \\(select \\$1:\"0\"::varchar as \"CHARGE_ID\","
                                + " \\$1:\"1\"::varchar::number\\(38, 0\\) as \"AMOUNT\", \\$1:\"2\"::varchar as \"FEE\","
                                + " to_timestamp_tz\\(\\$1:\"3\"::varchar, 'YYYY-MM-DD HH24:MI:SS.FF6TZH:TZM'\\) as \"CREATED\","
                                + " \\$1:\"4\"::varchar::number\\(38, 0\\) as \"_CHANGE\" from " + STAGE
                                + "/batch\\.json\\.gz\\) as incoming"
                                + " on known\\.\"CHARGE_ID\" = incoming\\.\"CHARGE_ID\""
                                + " when matched and incoming\\.\"_CHANGE\" >= known\\.\"_CHANGE\" then update set \"AMOUNT\" = .*"
                                + " when not matched then insert \\(.*\\) values \\(.*\\)");
        assertThat(said.get(5)).contains("greatest(change_position, 9), row_count = row_count + 2");
        assertThat(said.get(6)).isEqualTo("commit");
    }

    @Test
    void aSecondBatchOverwritesTheFileOfTheFirst() throws Exception {
        session.write(TABLE, new Batch(List.of(row("a", "5", "1", 8)), 8));
        session.write(TABLE, new Batch(List.of(row("a", "6", "1", 9)), 9));

        assertThat(recorder.said().stream().filter(statement -> statement.startsWith("create temporary stage")))
                .hasSize(1);
        assertThat(recorder.said().stream()
                        .filter(statement -> statement.startsWith("upload"))
                        .map(statement -> statement.split(":", 2)[0])
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aBatchWithoutRowsUploadsNothing() throws Exception {
        session.write(TABLE, new Batch(List.of(), 9));

        assertThat(recorder.said()).noneMatch(statement -> statement.matches("(?s)(upload|merge|create).*"));
    }

    @Test
    void aRowThatIsRefusedRollsBackAndIsNotTold() {
        recorder.fail("merge", new SQLException("Numeric value 's3cr3t' is not recognized", "22018", 100_038));

        assertThatThrownBy(() -> session.write(TABLE, new Batch(List.of(row("a", "5", "1", 8)), 8)))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.ROWS))
                .hasMessageNotContaining("s3cr3t");
        assertThat(recorder.said()).endsWith("rollback");
    }

    @Test
    void aRowThatIsTooLongIsRefusedAndNotCut() {
        Row row = row("a", "5", "1".repeat(Lines.MOST_BYTES), 8);

        assertThatThrownBy(() -> session.write(TABLE, new Batch(List.of(row), 8)))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.ROWS));
        assertThat(recorder.said()).noneMatch(statement -> statement.startsWith("upload"));
    }

    @Test
    void rowsAndPositionTakeThePlaceOfOldOnesBeforeTheTableGoes() throws Exception {
        recorder.answer("select change_position", List.of(List.of(50, 2)));

        session.replace(TABLE.named("charge_loaded"), TABLE);

        List<String> said = recorder.said();
        assertThat(said.indexOf("delete from \"PUBLIC\".\"CHARGE\"")).isPositive();
        assertThat(said.subList(said.size() - 2, said.size()))
                .containsExactly("commit", "drop table if exists \"PUBLIC\".\"CHARGE_LOADED\"");
        assertThat(said)
                .filteredOn(statement -> statement.startsWith("insert into \"PUBLIC\".\"_WEBHOOKDB_POSITIONS\""))
                .singleElement()
                .asString()
                .contains("values (?, ?, 50, 2) [CHARGE, syt_1]");
    }

    private static Row row(String key, String amount, String fee, long change) {
        return Row.of(Arrays.asList(key, amount, fee, "0001-01-01 00:00:00+00"), change, false);
    }
}
