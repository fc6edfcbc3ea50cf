package dev.webhookdb.destinations.snowflake;

import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.destinations.jdbc.WarehouseSession;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import net.snowflake.client.api.driver.SnowflakeDriver;

/**
 * Snowflake. Its driver takes no sockets of anybody: it speaks HTTPS with the account's host, and with the store of files that Snowflake names. So
 * the JAR is for operators who allow that, and a URL can name no other host (see {@link Address}).
 */
public final class SnowflakeDestination implements Destination {
    private static final System.Logger LOG = System.getLogger(SnowflakeDestination.class.getName());

    /** Creates the destination. */
    public SnowflakeDestination() {}

    @Override
    public String id() {
        return "snowflake";
    }

    @Override
    public String title() {
        return "Snowflake";
    }

    @Override
    public List<String> schemes() {
        return List.of("snowflake");
    }

    @Override
    public String example() {
        return Address.EXAMPLE;
    }

    @Override
    public void check(URI url) {
        Address.of(url);
    }

    @Override
    public DestinationSession connect(Place place) throws DestinationException, InterruptedException {
        Address address = address(place.url());
        try {
            Connection connection = new SnowflakeDriver()
                    .connect("jdbc:snowflake://%s/".formatted(address.host()), settings(address, place));
            return session(connection);
        } catch (SQLException e) {
            throw Failures.ofConnecting(address.host(), e);
        }
    }

    /** Returns a session with a connection. */
    static DestinationSession session(Connection connection) {
        return new WarehouseSession(new SnowflakeDialect(), new Link(connection, () -> abort(connection)));
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "There was nothing to be ended", e);
        }
    }

    private static Address address(URI url) throws DestinationException {
        try {
            return Address.of(url);
        } catch (IllegalArgumentException e) {
            throw new DestinationException(Reason.SETTINGS, e.getMessage(), e);
        }
    }

    /**
     * Returns the driver's settings, as in https://docs.snowflake.com/en/developer-guide/jdbc/jdbc-parameters. None of them is part of a URL, in
     * which it could end and another one begin.
     */
    static Properties settings(Address address, Place place) {
        String seconds = Long.toString(Math.clamp(place.timeout().toSeconds(), 1, Integer.MAX_VALUE));
        Properties settings = new Properties();
        settings.setProperty("user", place.user().orElseThrow());
        settings.setProperty("password", place.password().orElseThrow());
        settings.setProperty("db", address.database());
        settings.setProperty("schema", address.schema());
        address.warehouse().ifPresent(warehouse -> settings.setProperty("warehouse", warehouse));
        address.role().ifPresent(role -> settings.setProperty("role", role));
        settings.setProperty("application", "webhookdb");
        settings.setProperty("loginTimeout", seconds);
        settings.setProperty("networkTimeout", Long.toString(place.timeout().toMillis()));
        // a session that nobody uses costs nothing, and says nothing
        settings.setProperty("CLIENT_SESSION_KEEP_ALIVE", "false");
        settings.setProperty("CLIENT_TELEMETRY_ENABLED", "false");
        // it would ask the metadata services of clouds, at internal addresses, where it runs and as whom
        settings.setProperty("disablePlatformDetection", "true");
        // what keeps tokens in files of the host's user
        settings.setProperty("CLIENT_STORE_TEMPORARY_CREDENTIAL", "false");
        // the other form needs access to the insides of the JDK
        settings.setProperty("JDBC_QUERY_RESULT_FORMAT", "JSON");
        return settings;
    }
}
