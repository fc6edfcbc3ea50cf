package dev.webhookdb.sql;

import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jdbi.v3.core.argument.Argument;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgArray;

/**
 * Arrays in PostgreSQL's binary form. The driver encodes all that are needed but instants, which it would write as text
 * one by one, and PostgreSQL would have to parse.
 */
final class BinaryArrays {
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int HEADER_BYTES = 20;
    private static final int ABSENT = -1;

    private BinaryArrays() {}

    /** Values are an array of what the driver encodes for that element type. */
    static Argument of(String elementType, Object values) {
        return (position, statement, context) ->
                statement.setArray(position, array(statement.getConnection(), elementType, values));
    }

    static Argument ofInstants(Instant[] values) {
        byte[] encoded = encode(values);
        return (position, statement, context) ->
                statement.setArray(position, timestamps(statement.getConnection(), encoded));
    }

    static Array array(Connection connection, String elementType, Object values) throws SQLException {
        return connection.unwrap(PGConnection.class).createArrayOf(elementType, values);
    }

    private static PgArray timestamps(Connection connection, byte[] encoded) throws SQLException {
        return new PgArray(connection.unwrap(BaseConnection.class), Oid.TIMESTAMPTZ_ARRAY, encoded);
    }

    /** Dimensions, whether there are NULLs, element type, length, lower bound; then each element after its length. */
    private static byte[] encode(Instant[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + values.length * (Integer.BYTES + Long.BYTES));
        boolean empty = values.length == 0;
        buffer.putInt(empty ? 0 : 1).putInt(hasNull(values) ? 1 : 0).putInt(Oid.TIMESTAMPTZ);
        if (!empty) {
            buffer.putInt(values.length).putInt(1);
        }
        for (Instant value : values) {
            if (value == null) {
                buffer.putInt(ABSENT);
            } else {
                buffer.putInt(Long.BYTES).putLong(microseconds(value));
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static boolean hasNull(Instant[] values) {
        for (Instant value : values) {
            if (value == null) {
                return true;
            }
        }
        return false;
    }

    /** Rounded down, so that an instant never moves into the future. */
    private static long microseconds(Instant value) {
        try {
            return ChronoUnit.MICROS.between(EPOCH, value.truncatedTo(ChronoUnit.MICROS));
        } catch (ArithmeticException failure) {
            throw new DatabaseException(
                    DatabaseException.Kind.DATA,
                    "The instant %s is out of PostgreSQL's range.".formatted(value),
                    failure);
        }
    }
}
