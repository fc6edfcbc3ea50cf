package dev.webhookdb.destinations.redshift;

import dev.webhookdb.destinations.jdbc.Dialect;
import dev.webhookdb.destinations.jdbc.Existing;
import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.destinations.jdbc.Target;
import dev.webhookdb.destinations.jdbc.TemporaryTable;
import dev.webhookdb.destinations.jdbc.Texts;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.Row;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Redshift's SQL. What it has that PostgreSQL has not, with where it is said, all in
 * https://docs.aws.amazon.com/redshift/latest/dg/:
 *
 * <ul>
 *   <li>Names are kept in lower case, quoted ones too, unless {@code enable_case_sensitive_identifier} is on (r_names.html).
 *   <li>A text has at most 65,535 bytes, not characters, and blanks at its end do not count when texts are compared
 *       (r_Character_types.html).
 *   <li>There are no arrays, no {@code jsonb}, and no {@code numeric} of more than 38 digits (c_unsupported-postgresql-datatypes.html,
 *       r_Numeric_types201.html). {@code SUPER} would hold JSON, but turns numbers with a fraction into doubles (r_SUPER_type.html): JSON is
 *       a text here, which {@code JSON_PARSE} makes one where somebody wants it.
 *   <li>Primary keys and unique constraints are said and not kept (t_Defining_constraints.html): nothing but the lock keeps two writers
 *       from adding the same row.
 *   <li>{@code MERGE} has one clause for rows that are there and one for those that are not, both required, without conditions, and no
 *       alias for its target (r_MERGE.html). Therefore states that are older than what is there leave the batch before.
 *   <li>{@code LOCK} is no statement with which a transaction's snapshot begins (c_serial_isolation.html): a transaction that begins with
 *       it sees all that was written before it got the lock.
 *   <li>The type of a column can be changed for {@code VARCHAR} only, and not in a transaction (r_ALTER_TABLE.html): whole numbers have
 *       the widest type from the beginning.
 *   <li>{@code TRUNCATE} commits (r_TRUNCATE.html), {@code DELETE} does not.
 *   <li>Styles of distribution and sorting are {@code AUTO} if nothing is said (r_CREATE_TABLE_NEW.html).
 *   <li>A statement has at most 16 MB (c_redshift-sql.html) and, in the protocol, 32,767 values.
 * </ul>
 */
final class RedshiftDialect implements Dialect {
    /** The most bytes of a text. */
    static final int MOST_BYTES = 65_535;

    private static final int MOST_ROWS = 5_000;
    private static final int MOST_VALUES = 30_000;
    private static final String TEXT = "varchar(%d)".formatted(MOST_BYTES);

    private final TemporaryTable batch = new TemporaryTable(new Checked(), MOST_ROWS, MOST_VALUES);

    @Override
    public String title() {
        return "Redshift";
    }

    @Override
    public String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    @Override
    public String type(Column.Type type) {
        return switch (type) {
            case TEXT, NUMERIC, JSON, TEXT_ARRAY -> TEXT;
            case INTEGER, BIGINT -> "bigint";
            case BOOLEAN -> "boolean";
            case TIMESTAMP -> "timestamp with time zone";
            case DATE -> "date";
        };
    }

    @Override
    public boolean holds(Column.Type type, Existing.Column there) {
        return switch (type) {
            case TEXT, NUMERIC, JSON, TEXT_ARRAY ->
                there.type().equals("character varying") && there.length() >= MOST_BYTES;
            case INTEGER -> there.type().equals("bigint") || there.type().equals("integer");
            case BIGINT, BOOLEAN, TIMESTAMP, DATE -> there.type().equals(type(type));
        };
    }

    @Override
    public Optional<String> lock(Target target) {
        return Optional.of("lock " + target.qualified("_webhookdb_positions"));
    }

    @Override
    public void stage(Link link, Target target, List<Row> rows) throws SQLException, DestinationException {
        int key = target.definition().index(target.definition().key());
        for (Row row : rows) {
            if (row.text(key).endsWith(" ")) {
                throw new DestinationException(
                        Reason.ROWS, "A key ends with a blank, which Redshift does not tell from the key without it.");
            }
        }
        batch.fill(link, target, rows);
    }

    @Override
    public long merge(Link link, Target target) throws SQLException {
        link.execute(removeOlder(target), List.of());
        long added = link.number(batch.countNew(target), List.of());
        link.execute(mergeBatch(target), List.of());
        return added;
    }

    /** Leaves what is not older than the row that is there. */
    String removeOlder(Target target) {
        return "delete from %1$s using %2$s where %1$s.%3$s = %2$s.%3$s and %2$s.%4$s > %1$s.%4$s"
                .formatted(batch.name(), target.name(), target.key(), target.change());
    }

    String mergeBatch(Target target) {
        return "merge into %s using %s as incoming on %1$s.%s = incoming.%3$s when matched then update set %s when not matched then insert (%s) values (%s)"
                .formatted(
                        target.name(),
                        batch.name(),
                        target.key(),
                        target.assignments("incoming"),
                        target.columns(),
                        target.columns(column -> "incoming." + column));
    }

    @Override
    public DestinationException failure(SQLException e) {
        return Failures.of(e);
    }

    /** Values, of which none is cut: a text that is cast would be. */
    private static final class Checked implements TemporaryTable.Values {
        @Override
        public String placeholder(Column.Type type) {
            return switch (type) {
                case TEXT, NUMERIC, JSON, TEXT_ARRAY -> "?";
                case INTEGER, BIGINT -> "cast(? as bigint)";
                case BOOLEAN -> "cast(? as boolean)";
                case TIMESTAMP -> "cast(? as timestamp with time zone)";
                case DATE -> "cast(? as date)";
            };
        }

        @Override
        public String text(Row row, int place, Column.Type type) throws DestinationException {
            String text = Texts.of(row, place, type);
            // most are far too short to be counted
            if (text != null && text.length() > MOST_BYTES / 3) {
                int bytes = text.getBytes(StandardCharsets.UTF_8).length;
                if (bytes > MOST_BYTES) {
                    throw new DestinationException(
                            Reason.ROWS,
                            "Value %d of the row has %d bytes, and a text of Redshift 65535 at the most."
                                    .formatted(place + 1, bytes));
                }
            }
            return text;
        }
    }
}
