package dev.webhookdb.reader;

import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.sql.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A condition that a person wrote, over the columns of a table's rows, evaluated over rows that are given as JSON.
 *
 * @param table the name of the table whose rows they are like
 * @param condition SQL that was checked before; the operators that contain a question mark are written with two
 */
public record RowCondition(String table, String condition) {
    /** What is not a person's cannot be found, a quoted text ends where it seems to, and no other process helps along. */
    public static final List<String> SETTINGS = List.of(
            "set local search_path = pg_catalog",
            "set local standard_conforming_strings = on",
            "set local work_mem = '4MB'",
            "set local max_parallel_workers_per_gather = 0");

    private static final String STOPPED = "57014";
    private static final String OUT_OF_MEMORY = "53200";

    /**
     * What came out.
     *
     * @param fulfilled for each row; none where it failed
     * @param failure why it could not be evaluated
     */
    public record Outcome(List<Boolean> fulfilled, Optional<String> failure) {
        /** Copies the list. */
        public Outcome {
            fulfilled = List.copyOf(fulfilled);
        }
    }

    Outcome over(Connection connection, List<String> rows) throws SQLException {
        try (Statement settings = connection.createStatement()) {
            for (String setting : SETTINGS) {
                settings.execute(setting);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(text())) {
            statement.setArray(1, connection.createArrayOf("text", rows.toArray()));
            List<Boolean> fulfilled = new ArrayList<>(rows.size());
            try (ResultSet results = statement.executeQuery()) {
                while (results.next()) {
                    fulfilled.add(results.getBoolean(1));
                }
            }
            return new Outcome(fulfilled, Optional.empty());
        } catch (SQLException failure) {
            return failed(failure);
        }
    }

    /** The row's columns hide what is around them. */
    private String text() {
        return """
                select (select (
                %s
                ) is true from jsonb_populate_record(null::public.%s, content::jsonb) as "row")
                from unnest(?) with ordinality as sent (content, place) order by place""".formatted(condition, quote(table));
    }

    private static Outcome failed(SQLException failure) throws SQLException {
        DatabaseException told = DatabaseException.of(failure);
        if (told.sqlState().equals(STOPPED)) {
            return new Outcome(List.of(), Optional.of("It took too long."));
        }
        if (told.kind() == DatabaseException.Kind.UNAVAILABLE
                && !told.sqlState().equals(OUT_OF_MEMORY)) {
            throw failure;
        }
        return new Outcome(List.of(), Optional.of(told.getMessage()));
    }
}
