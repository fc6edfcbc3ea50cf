package dev.webhookdb.sql;

import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * One statement and its parameters; it is sent by {@link #execute}, {@link #list}, {@link #first} or {@link #one}.
 *
 * <p>A parameter is SQL {@code NULL} when its value is {@code null}. A text is sent as {@code text}: where PostgreSQL
 * wants something else, write a cast such as {@code :data::jsonb}. Arrays travel in binary form, so that a batch costs
 * one copy. Every method that sends throws {@link DatabaseException}.
 *
 * <p>Not thread-safe.
 */
public final class Statement {
    private final Handle handle;
    private final String text;
    private final Map<String, Argument> arguments = new LinkedHashMap<>();

    Statement(Handle handle, String text) {
        this.handle = handle;
        this.text = text;
    }

    public Statement bind(String name, String value) {
        return with(name, (position, statement, context) -> statement.setString(position, value));
    }

    public Statement bind(String name, long value) {
        return with(name, (position, statement, context) -> statement.setLong(position, value));
    }

    public Statement bind(String name, Long value) {
        return value == null ? absent(name, Types.BIGINT) : bind(name, value.longValue());
    }

    public Statement bind(String name, int value) {
        return with(name, (position, statement, context) -> statement.setInt(position, value));
    }

    public Statement bind(String name, boolean value) {
        return with(name, (position, statement, context) -> statement.setBoolean(position, value));
    }

    /** PostgreSQL keeps microseconds: what is finer is cut off. */
    public Statement bind(String name, Instant value) {
        return value == null
                ? absent(name, Types.TIMESTAMP_WITH_TIMEZONE)
                : with(
                        name,
                        (position, statement, context) -> statement.setObject(
                                position, value.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC)));
    }

    public Statement bind(String name, byte[] value) {
        return with(name, (position, statement, context) -> statement.setBytes(position, value));
    }

    public Statement bind(String name, UUID value) {
        return value == null
                ? absent(name, Types.OTHER)
                : with(name, (position, statement, context) -> statement.setObject(position, value));
    }

    public Statement bind(String name, String[] values) {
        return array(name, "text", values);
    }

    public Statement bind(String name, long[] values) {
        return array(name, "int8", values);
    }

    public Statement bind(String name, int[] values) {
        return array(name, "int4", values);
    }

    public Statement bind(String name, short[] values) {
        return array(name, "int2", values);
    }

    public Statement bind(String name, byte[][] values) {
        return array(name, "bytea", values);
    }

    public Statement bind(String name, Instant[] values) {
        return values == null ? absent(name, Types.ARRAY) : with(name, BinaryArrays.ofInstants(values));
    }

    /** Sends the statement and returns how many rows it changed. */
    public int execute() {
        return sending(() -> {
            try (var update = prepared(handle.createUpdate(text))) {
                return update.execute();
            }
        });
    }

    /** All rows, mapped one by one while they are read. */
    public <T> List<T> list(Function<Row, T> mapper) {
        RowMapper<T> rows = (results, context) -> mapper.apply(new Row(results));
        return sending(() -> {
            try (var query = prepared(handle.createQuery(text))) {
                return query.map(rows).list();
            }
        });
    }

    /** The first row, or nothing when there is none. */
    public <T> Optional<T> first(Function<Row, T> mapper) {
        return list(mapper).stream().findFirst();
    }

    /**
     * The only row.
     *
     * @throws IllegalStateException when there is none, or more than one
     */
    public <T> T one(Function<Row, T> mapper) {
        List<T> rows = list(mapper);
        if (rows.size() != 1) {
            throw new IllegalStateException("Exactly one row was expected, and there are %d.".formatted(rows.size()));
        }
        return rows.getFirst();
    }

    private Statement absent(String name, int type) {
        return with(name, (position, statement, context) -> statement.setNull(position, type));
    }

    private Statement array(String name, String elementType, Object values) {
        return values == null ? absent(name, Types.ARRAY) : with(name, BinaryArrays.of(elementType, values));
    }

    private Statement with(String name, Argument argument) {
        arguments.put(name, argument);
        return this;
    }

    private <S extends SqlStatement<S>> S prepared(S statement) {
        if (arguments.isEmpty()) {
            statement.getConfig(SqlStatements.class).setSqlParser(Verbatim.INSTANCE);
        }
        arguments.forEach(statement::bind);
        return statement;
    }

    private static <T> T sending(Sending<T> sending) {
        try {
            return sending.send();
        } catch (JdbiException failure) {
            throw Failures.translate(failure);
        } catch (SQLException failure) {
            throw DatabaseException.of(failure);
        }
    }

    private interface Sending<T> {
        T send() throws SQLException;
    }
}
