package dev.webhookdb.sql;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The current row of a result, by column name. Only valid inside the function it is given to.
 *
 * <p>A plain accessor expects a value and refuses {@code NULL} with an {@link IllegalStateException}; its
 * {@code optional} twin returns nothing for it.
 */
public final class Row {
    private final ResultSet results;

    Row(ResultSet results) {
        this.results = results;
    }

    public String text(String column) {
        return required(column, optionalText(column));
    }

    public Optional<String> optionalText(String column) {
        return read(() -> results.getString(column));
    }

    public long number(String column) {
        return required(column, optionalNumber(column));
    }

    public Optional<Long> optionalNumber(String column) {
        return read(() -> present(results.getLong(column)));
    }

    public int integer(String column) {
        return required(column, optionalInteger(column));
    }

    public Optional<Integer> optionalInteger(String column) {
        return read(() -> present(results.getInt(column)));
    }

    public boolean flag(String column) {
        return required(column, optionalFlag(column));
    }

    public Optional<Boolean> optionalFlag(String column) {
        return read(() -> present(results.getBoolean(column)));
    }

    public Instant instant(String column) {
        return required(column, optionalInstant(column));
    }

    public Optional<Instant> optionalInstant(String column) {
        return read(() -> results.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    public byte[] bytes(String column) {
        return required(column, optionalBytes(column));
    }

    /** Of a text these are its bytes as they came, in UTF-8: for who only passes it on. */
    public Optional<byte[]> optionalBytes(String column) {
        return read(() -> results.getBytes(column));
    }

    public UUID uuid(String column) {
        return required(column, optionalUuid(column));
    }

    public Optional<UUID> optionalUuid(String column) {
        return read(() -> results.getObject(column, UUID.class));
    }

    /** The texts of an array, in which there is no {@code NULL}. */
    public List<String> texts(String column) {
        return required(column, optionalTexts(column));
    }

    public Optional<List<String>> optionalTexts(String column) {
        return read(() -> {
            Array array = results.getArray(column);
            return array == null ? null : List.of((String[]) array.getArray());
        });
    }

    /** The names of the columns, in order. */
    public List<String> columns() {
        return read(() -> {
                    ResultSetMetaData metadata = results.getMetaData();
                    List<String> names = new ArrayList<>(metadata.getColumnCount());
                    for (int column = 1; column <= metadata.getColumnCount(); column++) {
                        names.add(metadata.getColumnLabel(column));
                    }
                    return List.copyOf(names);
                })
                .orElseThrow();
    }

    private <T> T present(T value) throws SQLException {
        return results.wasNull() ? null : value;
    }

    private static <T> T required(String column, Optional<T> value) {
        return value.orElseThrow(() -> new IllegalStateException(
                "The column \"%s\" is NULL here: read it with its optional accessor.".formatted(column)));
    }

    private static <T> Optional<T> read(Reading<T> reading) {
        try {
            return Optional.ofNullable(reading.read());
        } catch (SQLException failure) {
            throw DatabaseException.of(failure);
        }
    }

    private interface Reading<T> {
        T read() throws SQLException;
    }
}
