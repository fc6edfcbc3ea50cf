package dev.webhookdb.destinations.snowflake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import net.snowflake.client.api.connection.SnowflakeConnection;

/**
 * A connection to nothing: it writes down what it is told to do, and answers what it was given for statements with a certain beginning. Where nothing
 * was given, a change concerns one row, and a query has no answer.
 */
final class Recorder {
    private final List<String> said = new ArrayList<>();
    private final Map<String, List<List<Object>>> answers = new LinkedHashMap<>();
    private final Map<String, SQLException> failures = new LinkedHashMap<>();

    /** Returns what was done, in order: statements with their values, uploads, and what becomes of transactions. */
    List<String> said() {
        return said;
    }

    /** Answers statements that begin so with rows. */
    Recorder answer(String beginning, List<List<Object>> rows) {
        answers.put(beginning, rows);
        return this;
    }

    /** Lets statements that begin so fail. */
    Recorder fail(String beginning, SQLException failure) {
        failures.put(beginning, failure);
        return this;
    }

    Connection connection() {
        return proxy(
                (method, values) -> switch (method) {
                    case "prepareStatement" -> prepared((String) values[0]);
                    case "createStatement" -> statement();
                    case "unwrap" -> uploads();
                    case "commit", "rollback", "close", "abort" -> note(method, null);
                    default -> null;
                },
                Connection.class);
    }

    private SnowflakeConnection uploads() {
        return proxy(
                (method, values) -> note(
                        "%s %s/%s: %s".formatted(method, values[0], values[1], unpacked((InputStream) values[2])),
                        null),
                SnowflakeConnection.class);
    }

    private static String unpacked(InputStream packed) {
        try (InputStream lines = new GZIPInputStream(packed)) {
            return new String(lines.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PreparedStatement prepared(String sql) {
        List<Object> parameters = new ArrayList<>();
        return proxy(
                (method, values) -> switch (method) {
                    case "setString", "setLong" -> parameters.add(values[1]);
                    case "executeUpdate" -> run(sql, parameters, 1);
                    case "executeQuery" -> run(sql, parameters, rows(sql));
                    default -> null;
                },
                PreparedStatement.class);
    }

    private Statement statement() {
        return proxy(
                (method, values) -> method.equals("execute") ? run((String) values[0], List.of(), false) : null,
                Statement.class);
    }

    private <T> T run(String sql, List<Object> parameters, T answer) throws SQLException {
        said.add(parameters.isEmpty() ? sql : sql + " " + parameters);
        for (Map.Entry<String, SQLException> failure : failures.entrySet()) {
            if (sql.startsWith(failure.getKey())) {
                throw failure.getValue();
            }
        }
        return answer;
    }

    private <T> T note(String what, T answer) {
        said.add(what);
        return answer;
    }

    private ResultSet rows(String sql) {
        Deque<List<Object>> left = new ArrayDeque<>(answers.entrySet().stream()
                .filter(answer -> sql.startsWith(answer.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of()));
        List<List<Object>> current = new ArrayList<>();
        return proxy(
                (method, values) -> switch (method) {
                    case "next" -> {
                        boolean more = !left.isEmpty();
                        current.clear();
                        if (more) {
                            current.add(left.pop());
                        }
                        yield more;
                    }
                    case "getString" -> (String) current.getFirst().get((int) values[0] - 1);
                    case "getLong" -> ((Number) current.getFirst().get((int) values[0] - 1)).longValue();
                    default -> null;
                },
                ResultSet.class);
    }

    /** What happens when a method is called. */
    @FunctionalInterface
    private interface Called {
        Object with(String method, Object[] values) throws SQLException;
    }

    private static <T> T proxy(Called called, Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                Recorder.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, values) -> called.with(method.getName(), values)));
    }
}
