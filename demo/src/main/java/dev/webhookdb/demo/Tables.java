package dev.webhookdb.demo;

import dev.webhookdb.testkit.simulator.StripeObject;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The organization's tables, read by a role that may only read. Not thread-safe. */
final class Tables implements AutoCloseable {
    static final String CHARGES = "stripe_charge_v1";
    static final String CUSTOMERS = "stripe_customer_v1";
    static final List<String> SERVICES = List.of(CHARGES, CUSTOMERS);

    private final Connection connection;
    private final Map<String, String> names;

    private Tables(Connection connection, Map<String, String> names) {
        this.connection = connection;
        this.names = names;
    }

    static Tables open(String url, Map<String, String> names) {
        URI uri = URI.create(url);
        String[] user = Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
        Properties properties = new Properties();
        properties.setProperty("user", decoded(user[0]));
        properties.setProperty("password", user.length > 1 ? decoded(user[1]) : "");
        String query =
                Optional.ofNullable(uri.getRawQuery()).map(text -> "?" + text).orElse("");
        String address = "jdbc:postgresql://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + uri.getRawPath() + query;
        try {
            return new Tables(DriverManager.getConnection(address, properties), names);
        } catch (SQLException e) {
            throw new DemoException("The organization's database cannot be opened: " + e.getMessage(), e);
        }
    }

    String name(String service) {
        return names.get(service);
    }

    long count(String service) {
        return Long.parseLong(
                rows("select count(*) from " + quoted(service)).getFirst().getFirst());
    }

    void show(Screen screen, String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            ResultSetMetaData columns = result.getMetaData();
            List<String> headings = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                headings.add(columns.getColumnLabel(i));
            }
            screen.table(headings, read(result, headings.size()));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    String latestCharges() {
        return """
                select stripe_id, amount, status, billing_email, to_timestamp(updated)::timestamp(0) as updated
                from %s order by updated desc, stripe_id limit 5""".formatted(quoted(CHARGES));
    }

    String latestCustomers() {
        return """
                select stripe_id, name, email, balance, deleted_at::timestamp(0) as deleted_at
                from %s order by updated desc, stripe_id limit 5""".formatted(quoted(CUSTOMERS));
    }

    String chargesByStatus() {
        return """
                select status, count(*) as charges, sum(amount) as amount
                from %s group by status order by status""".formatted(quoted(CHARGES));
    }

    /** The columns named, as text, by the object's id. */
    Map<String, List<String>> columns(String service, Collection<String> columns) {
        String list = String.join(", ", columns);
        Map<String, List<String>> byId = new LinkedHashMap<>();
        for (List<String> row : rows("select stripe_id, " + list + " from " + quoted(service))) {
            byId.put(row.getFirst(), row.subList(1, row.size()));
        }
        return byId;
    }

    /** Something that differs when an object does, by its id. An event that leaves its object as it was makes no difference. */
    Map<String, String> contents() {
        Map<String, String> contents = new HashMap<>();
        for (String service : SERVICES) {
            columns(service, List.of("md5(data::text)")).forEach((id, row) -> contents.put(id, row.getFirst()));
        }
        return contents;
    }

    /** The ids of the rows whose data is not the object's JSON. */
    List<String> idsWithOtherData(String service, Collection<StripeObject> objects) {
        String sql = """
                select held.stripe_id
                from %s held join unnest(?, ?) wanted (id, json) on wanted.id = held.stripe_id
                where held.data is distinct from wanted.json::jsonb
                order by held.stripe_id""".formatted(quoted(service));
        return ids(sql, objects.stream().map(StripeObject::id), objects.stream().map(StripeObject::json));
    }

    /** The ids of the rows whose data is not what an application was told last: events as JSON, by id. */
    List<String> idsOtherThanTold(String service, Map<String, String> told) {
        String sql = """
                select held.stripe_id
                from %s held join unnest(?, ?) told (id, event) on told.id = held.stripe_id
                where held.data is distinct from told.event::jsonb #> '{row,data}'
                order by held.stripe_id""".formatted(quoted(service));
        List<Map.Entry<String, String>> entries = List.copyOf(told.entrySet());
        return ids(
                sql, entries.stream().map(Map.Entry::getKey), entries.stream().map(Map.Entry::getValue));
    }

    private List<String> ids(String sql, Stream<String> first, Stream<String> second) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, texts(first));
            statement.setArray(2, texts(second));
            try (ResultSet result = statement.executeQuery()) {
                return read(result, 1).stream().map(List::getFirst).toList();
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private Array texts(Stream<String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    private String quoted(String service) {
        return '"' + names.get(service).replace("\"", "\"\"") + '"';
    }

    private List<List<String>> rows(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return read(result, result.getMetaData().getColumnCount());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static List<List<String>> read(ResultSet result, int columns) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                row.add(Optional.ofNullable(result.getString(i)).orElse(""));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static DemoException failed(SQLException e) {
        return new DemoException("The organization's database refused a query: " + e.getMessage(), e);
    }
}
