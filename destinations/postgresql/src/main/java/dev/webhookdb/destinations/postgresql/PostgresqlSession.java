package dev.webhookdb.destinations.postgresql;

import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.PGConnection;

/** A session: each call is a transaction. */
final class PostgresqlSession implements DestinationSession {
    private final Connection connection;
    private final String server;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Where tables are whose schema nobody named, once it is known. */
    private Optional<String> usualSchema = Optional.empty();

    /** The table for which the temporary one of this session is made. */
    private Optional<DestinationTable> prepared = Optional.empty();

    PostgresqlSession(Connection connection, String server) throws SQLException {
        this.connection = connection;
        this.server = server;
        execute("set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set client_min_messages = 'error'");
        connection.setAutoCommit(false);
    }

    /** What is done in a transaction. */
    @FunctionalInterface
    private interface Work<T> {
        T perform() throws SQLException, DestinationException;
    }

    private <T> T transaction(Work<T> work) throws DestinationException {
        busy.set(true);
        try {
            T result = work.perform();
            connection.commit();
            return result;
        } catch (SQLException e) {
            rollback(e);
            throw Failures.of(server, e);
        } catch (DestinationException e) {
            rollback(e);
            throw e;
        } finally {
            busy.set(false);
        }
    }

    private void rollback(Exception cause) {
        // the temporary table may go with it
        prepared = Optional.empty();
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public Standing open(DestinationTable table, Start start) throws DestinationException {
        return transaction(() -> {
            String schema = schema(table);
            TableSql sql = new TableSql(schema, table);
            if (!exists(schema)) {
                execute(sql.createSchema());
            }
            execute(sql.createPositions());
            forgetBatch();
            if (start.afresh()) {
                execute(sql.drop());
                update(sql.forgetPosition(), table.name());
            }
            Optional<TableCheck> there = TableCheck.of(connection, schema, table);
            if (there.isEmpty()) {
                execute(sql.create());
                update(sql.setPosition(), table.name(), table.owner(), start.position(), 0L);
                return Standing.at(start.position(), 0).whenMade();
            }
            return evolved(sql, table, there.get(), start);
        });
    }

    private Standing evolved(TableSql sql, DestinationTable table, TableCheck there, Start start)
            throws SQLException, DestinationException {
        if (!there.missing().isEmpty()) {
            execute(sql.add(there.missing()));
        }
        if (!there.narrower().isEmpty()) {
            execute(sql.widen(there.narrower()));
        }
        Optional<Standing> kept = kept(sql, table);
        Standing standing = kept.isPresent() ? kept.get() : adopted(sql, table, start);
        return there.missing().isEmpty() ? standing : standing.whenWidened();
    }

    private Optional<Standing> kept(TableSql sql, DestinationTable table) throws SQLException {
        try (PreparedStatement query = prepared(sql.position(), table.name());
                ResultSet found = query.executeQuery()) {
            return found.next() && found.getString("owner").equals(table.owner())
                    ? Optional.of(Standing.at(found.getLong("position"), found.getLong("rows")))
                    : Optional.empty();
        }
    }

    private Standing requirePosition(TableSql sql, DestinationTable table) throws SQLException, DestinationException {
        return kept(sql, table)
                .orElseThrow(() -> new DestinationException(
                        Reason.TRANSIENT, "The position of the table \"%s\" is gone.".formatted(table.name())));
    }

    private Standing adopted(TableSql sql, DestinationTable table, Start start) throws SQLException {
        execute(sql.forgetChanges());
        long rows = number(sql.count());
        update(sql.setPosition(), table.name(), table.owner(), start.position(), rows);
        return Standing.at(start.position(), rows).whenAdopted();
    }

    @Override
    public void write(DestinationTable table, Batch batch) throws DestinationException {
        transaction(() -> {
            TableSql sql = new TableSql(schema(table), table);
            requirePosition(sql, table);
            long added = batch.rows().isEmpty() ? 0 : merged(sql, table, batch);
            return update(sql.move(), batch.position(), added, table.name(), table.owner());
        });
    }

    private long merged(TableSql sql, DestinationTable table, Batch batch) throws SQLException, DestinationException {
        if (!prepared.equals(Optional.of(table))) {
            forgetBatch();
            execute(sql.createBatch());
            prepared = Optional.of(table);
        }
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(TableSql.copy(), new ByteArrayInputStream(CopyText.of(batch.rows())));
        } catch (IOException e) {
            throw new DestinationException(
                    Reason.TRANSIENT, "PostgreSQL at %s ended the connection.".formatted(server), e);
        }
        return number(sql.merge());
    }

    private void forgetBatch() throws SQLException {
        execute(TableSql.dropBatch());
        prepared = Optional.empty();
    }

    @Override
    public OptionalLong count(DestinationTable table) throws DestinationException {
        return transaction(() -> OptionalLong.of(number(new TableSql(schema(table), table).count())));
    }

    @Override
    public void replace(DestinationTable loaded, DestinationTable table) throws DestinationException {
        transaction(() -> {
            String schema = schema(table);
            TableSql from = new TableSql(schema, loaded);
            TableSql to = new TableSql(schema, table);
            Standing standing = requirePosition(from, loaded);
            for (String statement : to.take(from)) {
                execute(statement);
            }
            update(
                    to.setPosition(),
                    table.name(),
                    table.owner(),
                    standing.position().orElseThrow(),
                    standing.rows());
            forgetBatch();
            execute(from.drop());
            return update(from.forgetPosition(), loaded.name());
        });
    }

    private String schema(DestinationTable table) throws SQLException, DestinationException {
        if (table.schema().isPresent()) {
            return table.schema().get();
        }
        if (usualSchema.isEmpty()) {
            usualSchema = Optional.of(currentSchema());
        }
        return usualSchema.get();
    }

    private String currentSchema() throws SQLException, DestinationException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select current_schema()")) {
            found.next();
            return Optional.ofNullable(found.getString(1))
                    .orElseThrow(() -> new DestinationException(
                            Reason.SETTINGS,
                            "The user of the URL has no schema in its search path: name one with --schema."));
        }
    }

    private boolean exists(String schema) throws SQLException {
        try (PreparedStatement query = prepared("select from pg_namespace where nspname = ?", schema);
                ResultSet found = query.executeQuery()) {
            return found.next();
        }
    }

    private PreparedStatement prepared(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(sql, values)) {
            return statement.executeUpdate();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Override
    public void close() {
        try {
            if (busy.get()) {
                connection.abort(Runnable::run);
            } else {
                connection.close();
            }
        } catch (SQLException e) {
            // it is gone, which is what was wanted
            assert e != null;
        }
    }
}
