package dev.webhookdb.destinations.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.destinations.jdbc.Existing;
import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.destinations.jdbc.Target;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Redshift differs from PostgreSQL, with which the other tests run. */
class RedshiftDialectTest {
    private final RedshiftDialect dialect = new RedshiftDialect();
    private final DestinationTable table = DestinationTable.of(
            "syt_1",
            Optional.empty(),
            "Charge",
            "charge_id",
            List.of(
                    new DestinationColumn("charge_id", Column.Type.TEXT),
                    new DestinationColumn("note", Column.Type.TEXT),
                    new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));
    private final Target target = new Target(dialect, "public", table);

    @ParameterizedTest
    @EnumSource(Column.Type.class)
    void typesAreThoseOfRedshift(Column.Type type) {
        assertThat(dialect.type(type)).isIn("varchar(65535)", "bigint", "boolean", "timestamp with time zone", "date");
    }

    /** A column cannot be widened in a transaction, so that none must have to be. */
    @Test
    void wholeNumbersHaveTheWidestType() {
        assertThat(dialect.type(Column.Type.INTEGER)).isEqualTo(dialect.type(Column.Type.BIGINT));
    }

    @Test
    void aShorterTextThatIsThereWouldRefuseRows() {
        assertThat(dialect.holds(Column.Type.TEXT, text(65_535))).isTrue();
        assertThat(dialect.holds(Column.Type.TEXT, text(65_534))).isFalse();
    }

    private static Existing.Column text(long length) {
        return new Existing.Column("note", "character varying", length, false, false);
    }

    @Test
    void namesAreInLowerCaseSinceQuotesDoNotKeepCapitals() {
        assertThat(target.name()).isEqualTo("\"public\".\"charge\"");
    }

    @Test
    void mergingHasTheTwoClausesWithoutConditionsAndNoAliasForItsTarget() {
        assertThat(dialect.mergeBatch(target))
                .matches("merge into \"public\"\\.\"charge\" using webhookdb_batch_[0-9a-f]{32} as incoming"
                        + " on \"public\"\\.\"charge\"\\.\"charge_id\" = incoming\\.\"charge_id\""
                        + " when matched then update set \"note\" = incoming\\.\"note\", \"_change\" = incoming\\.\"_change\""
                        + " when not matched then insert \\(\"charge_id\", \"note\", \"_change\"\\)"
                        + " values \\(incoming\\.\"charge_id\", incoming\\.\"note\", incoming\\.\"_change\"\\)");
    }

    @Test
    void olderStatesLeaveTheBatchBefore() {
        assertThat(dialect.removeOlder(target))
                .matches("delete from (webhookdb_batch_[0-9a-f]{32}) using \"public\"\\.\"charge\""
                        + " where \\1\\.\"charge_id\" = \"public\"\\.\"charge\"\\.\"charge_id\""
                        + " and \"public\"\\.\"charge\"\\.\"_change\" > \\1\\.\"_change\"");
    }

    @Test
    void aWriterLocksBeforeItsSnapshotBegins() {
        assertThat(dialect.lock(target)).contains("lock \"public\".\"_webhookdb_positions\"");
    }

    /** Neither is ever sent: the link to no server would fail otherwise. */
    @ParameterizedTest
    @ValueSource(strings = {"key|x|65536", "key|\u20ac|21846", "key |x|1"})
    void whatDoesNotFitIsRefusedAndNotCut(String row) {
        String[] parts = row.split("\\|", -1);
        Row unfit = Row.of(Arrays.asList(parts[0], parts[1].repeat(Integer.parseInt(parts[2]))), 1, false);

        assertThatThrownBy(() -> dialect.stage(unused(), target, List.of(unfit)))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.ROWS));
    }

    /** The closed link of no connection. */
    private static Link unused() {
        return new Link(null, () -> {});
    }
}
