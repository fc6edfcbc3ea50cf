package dev.webhookdb.destinations.snowflake;

import dev.webhookdb.destinations.jdbc.Dialect;
import dev.webhookdb.destinations.jdbc.Existing;
import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.destinations.jdbc.Target;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.Row;
import java.io.ByteArrayInputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import net.snowflake.client.api.connection.SnowflakeConnection;
import net.snowflake.client.api.connection.UploadStreamConfig;

/**
 * Snowflake's SQL, none of which is run in the tests. What is peculiar to it, with where it is said, all in
 * https://docs.snowflake.com/en/sql-reference/:
 *
 * <ul>
 *   <li>A name without quotes is in capitals, one in quotes is as it is written (identifiers-syntax): names are in capitals here, so that people need
 *       no quotes.
 *   <li>Definitions commit (transactions): nothing but rows and positions is changed where all or nothing has to be.
 *   <li>A temporary stage ends with its session (sql/create-stage), and with it the one file, which each batch overwrites. A query of a stage
 *       takes no format but a named one or that of the stage (user-guide/querying-stage): so the stage has it.
 *   <li>{@code MERGE} takes conditions, fails when a row has two partners in its source (sql/merge), and answers with how many rows it
 *       inserted, and then how many it updated.
 *   <li>Keys are said and not enforced (constraints-overview). A transaction sees in each statement what was committed before it
 *       (transactions, READ COMMITTED), and a row that another one changed is waited for: the position is changed first.
 *   <li>{@code NUMBER} has at most 38 digits, and {@code FLOAT} rounds (data-types-numeric). The source does not say how many digits a column has:
 *       decimals are texts, all of them.
 *   <li>A text and a {@code VARIANT} have at most 16 MB (data-types-text, data-types-semistructured); texts are compared by every character.
 * </ul>
 */
final class SnowflakeDialect implements Dialect {
    private static final String FILE = "batch.json.gz";

    private final String stage = "webhookdb_" + UUID.randomUUID().toString().replace("-", "");

    /** The schemas that have the stage of this session. */
    private final Set<String> staged = new HashSet<>();

    @Override
    public String title() {
        return "Snowflake";
    }

    @Override
    public String folded(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    @Override
    public String type(Column.Type type) {
        return switch (type) {
            case TEXT, NUMERIC, JSON, TEXT_ARRAY -> "varchar(16777216)";
            case INTEGER, BIGINT -> "number(38, 0)";
            case BOOLEAN -> "boolean";
            case TIMESTAMP -> "timestamp_tz(6)";
            case DATE -> "date";
        };
    }

    @Override
    public boolean holds(Column.Type type, Existing.Column there) {
        return switch (type) {
            case TEXT, NUMERIC, JSON, TEXT_ARRAY -> there.type().equals("TEXT") && there.length() >= Lines.MOST_BYTES;
            case INTEGER, BIGINT -> there.type().equals("NUMBER");
            case BOOLEAN -> there.type().equals("BOOLEAN");
            case TIMESTAMP -> there.type().equals("TIMESTAMP_TZ");
            case DATE -> there.type().equals("DATE");
        };
    }

    @Override
    public void stage(Link link, Target target, List<Row> rows) throws SQLException, DestinationException {
        // the driver writes the name between apostrophes
        if (!target.schema().matches("[A-Z0-9_$]+")) {
            throw new DestinationException(
                    Reason.SETTINGS, "Name a schema of letters, digits, '_' and '$', which needs no quotes.");
        }
        byte[] lines = Lines.of(target, rows);
        if (staged.add(target.schema())) {
            link.define("create temporary stage %s file_format = (type = json)".formatted(place(target)));
        }
        link.use(connection -> connection
                .unwrap(SnowflakeConnection.class)
                .uploadStream(
                        "@" + place(target),
                        FILE,
                        new ByteArrayInputStream(lines),
                        UploadStreamConfig.builder().setCompressData(false).build()));
    }

    private String place(Target target) {
        return Target.quoted(target.schema()) + "." + stage;
    }

    @Override
    public long merge(Link link, Target target) throws SQLException {
        return link.number(mergeBatch(target), List.of());
    }

    String mergeBatch(Target target) {
        return "merge into %s as known using (select %s from @%s/%s) as incoming on known.%s = incoming.%5$s when matched and incoming.%s >= known.%6$s then update set %s when not matched then insert (%s) values (%s)"
                .formatted(
                        target.name(),
                        incoming(target),
                        place(target),
                        FILE,
                        target.key(),
                        target.change(),
                        target.assignments("incoming"),
                        target.columns(),
                        target.columns(column -> "incoming." + column));
    }

    private String incoming(Target target) {
        List<String> columns = new ArrayList<>();
        for (DestinationColumn column : target.definition().columns()) {
            String text = "$1:\"%d\"::varchar".formatted(columns.size());
            columns.add(value(column.type(), text) + " as " + target.column(column.name()));
        }
        return String.join(", ", columns);
    }

    /** Makes a value of a text; one that is none ends the statement. */
    private static String value(Column.Type type, String text) {
        return switch (type) {
            case TEXT, NUMERIC, JSON, TEXT_ARRAY -> text;
            case INTEGER, BIGINT -> text + "::number(38, 0)";
            case BOOLEAN -> text + "::boolean";
            case TIMESTAMP -> "to_timestamp_tz(%s, 'YYYY-MM-DD HH24:MI:SS.FF6TZH:TZM')".formatted(text);
            case DATE -> "to_date(%s, 'YYYY-MM-DD')".formatted(text);
        };
    }

    @Override
    public DestinationException failure(SQLException e) {
        return Failures.of(e);
    }
}
