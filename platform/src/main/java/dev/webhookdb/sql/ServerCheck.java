package dev.webhookdb.sql;

import dev.webhookdb.config.ServerAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/** The first connection to a configured server: what can be wrong with it is told with its remedy. */
public final class ServerCheck {
    private static final int OLDEST = 14;
    private static final int VERSION_FACTOR = 10_000;
    /** A server that is busy is not away: letting somebody in takes it seconds. */
    private static final int LIMIT_SECONDS = 10;

    /** Somebody waits for what to do. */
    private static final int QUICK_SECONDS = 3;

    /** Of a server that does not let us in for what it was told of us; the driver gives it the class of lost connections. */
    private static final String REJECTED = "08004";

    private static final String ENCODING = "UTF8";

    /** The driver tells neither apart from a server that is away. */
    private static final String BY_CERTIFICATE =
            " with a certificate that is for this name and that Java trusts (see javax.net.ssl.trustStore)";

    private ServerCheck() {}

    /**
     * Makes sure that the server lets us in and is new enough; changes nothing.
     *
     * @param keys what the operator configured the address with, such as {@code database.servers}
     */
    public static void check(ServerAddress address, String keys) {
        encodingOf(address, keys, LIMIT_SECONDS);
    }

    /** Returns why a server does not answer now and may later; empty if it answers, whatever it says, or does not let us in. */
    public static Optional<DatabaseException> away(ServerAddress address, String keys) {
        try {
            encodingOf(address, keys, QUICK_SECONDS);
            return Optional.empty();
        } catch (DatabaseException e) {
            return Optional.of(e)
                    .filter(failure -> failure.kind() == DatabaseException.Kind.UNAVAILABLE)
                    .filter(failure -> !failure.sqlState().equals(REJECTED));
        }
    }

    /** Makes sure of the same, and that the database can hold any text. */
    public static void checkPlatform(ServerAddress address, String keys) {
        String encoding = encodingOf(address, keys, LIMIT_SECONDS);
        if (!encoding.equals(ENCODING)) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The database \"%s\" at %s has the encoding %s, which cannot hold every webhook: create one with ENCODING 'UTF8' TEMPLATE template0, and name it in %s."
                            .formatted(address.database(), where(address), encoding, keys));
        }
    }

    private static String encodingOf(ServerAddress address, String keys, int seconds) {
        PGSimpleDataSource source = DataSources.of(address, Duration.ofSeconds(seconds));
        source.setLoginTimeout(seconds);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet facts = statement.executeQuery(
                        "select current_setting('server_version_num'), current_setting('server_encoding')")) {
            facts.next();
            refuseOld(facts.getInt(1) / VERSION_FACTOR, where(address));
            return facts.getString(2);
        } catch (SQLException failure) {
            throw DatabaseException.of(failure, sentence(failure, address, keys));
        }
    }

    public static String where(ServerAddress address) {
        return address.host() + ":" + address.port();
    }

    public static void refuseOld(int version, String where) {
        if (version < OLDEST) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The server at %s is PostgreSQL %d, and webhookdb needs PostgreSQL %d or newer: upgrade it, or configure another server."
                            .formatted(where, version, OLDEST));
        }
    }

    private static boolean verifies(ServerAddress address) {
        return address.parameters().getOrDefault("sslmode", "").startsWith("verify");
    }

    private static String sentence(SQLException failure, ServerAddress address, String keys) {
        String where = where(address);
        if (InternalAddressException.caused(failure)) {
            return "%s is an internal address: correct %s, or ask the operator to allow it in outbound.allow."
                    .formatted(where, keys);
        }
        String own = DatabaseException.of(failure).getMessage();
        return switch (String.valueOf(failure.getSQLState())) {
            case "28P01", "28000" ->
                "PostgreSQL at %s refuses the user \"%s\": correct the user name or the password in %s. %s"
                        .formatted(where, address.username(), keys, own);
            case REJECTED ->
                "PostgreSQL at %s asks for a password for the user \"%s\", or does not let it in: correct %s. %s"
                        .formatted(where, address.username(), keys, own);
            case "3D000" ->
                "There is no database \"%s\" at %s: create it (CREATE DATABASE %s), or correct %s."
                        .formatted(address.database(), where, Identifiers.quote(address.database()), keys);
            case "42501" ->
                "The user \"%s\" may not connect to the database \"%s\" at %s: grant it the right to, or correct %s."
                        .formatted(address.username(), address.database(), where, keys);
            case "08001", "08006" ->
                "PostgreSQL at %s cannot be reached%s: start it, open its port, or correct %s. %s"
                        .formatted(where, verifies(address) ? BY_CERTIFICATE : "", keys, own);
            default -> "PostgreSQL at %s cannot be used. %s".formatted(where, own);
        };
    }
}
