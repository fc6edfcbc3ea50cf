package dev.webhookdb.config;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A PostgreSQL database and who connects to it.
 *
 * @param name what the server is called in the platform's records: {@code host:port}, the name that the operator gave it, or
 *     a fixed name for a server whose port may change
 * @param host a name or an address, an IPv6 address without brackets
 * @param port 1 to 65535
 * @param database the database that is connected to
 * @param username the role that connects
 * @param password its password, empty when the server asks for none
 * @param parameters further connection parameters by their pgjdbc name, such as {@code sslmode}
 */
public record ServerAddress(
        String name,
        String host,
        int port,
        String database,
        String username,
        Password password,
        Map<String, String> parameters) {

    /** What the server that comes along is called, which may have another port at each start. */
    public static final String EMBEDDED = "embedded";

    public ServerAddress {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
        parameters = Map.copyOf(new TreeMap<>(parameters));
    }

    public static ServerAddress of(String host, int port, String database, String username, Password password) {
        return new ServerAddress(host + ":" + port, host, port, database, username, password, Map.of());
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database} or the same with {@code jdbc:} in front of it, where
     * user and password may also be parameters. What is missing is empty.
     *
     * @throws IllegalArgumentException that says what was expected and does not repeat the URL
     */
    public static ServerAddress parse(String url) {
        return DatabaseUrl.parse(url);
    }

    /** Returns the server's name if the operator gave it one. */
    public Optional<String> givenName() {
        return Optional.of(name).filter(given -> !given.equals(host + ":" + port) && !given.equals(EMBEDDED));
    }

    /** The same server, called otherwise. */
    public ServerAddress withName(String other) {
        return new ServerAddress(other, host, port, database, username, password, parameters);
    }

    /** The same server, another database of it. */
    public ServerAddress withDatabase(String other) {
        return new ServerAddress(name, host, port, other, username, password, parameters);
    }

    /** The same database, reached in another way. */
    public ServerAddress withParameters(Map<String, String> others) {
        return new ServerAddress(name, host, port, database, username, password, others);
    }

    /** The same database, seen by another role. */
    public ServerAddress withUser(String otherName, Password otherPassword) {
        return new ServerAddress(name, host, port, database, otherName, otherPassword, parameters);
    }
}
