package dev.webhookdb.destinations.postgresql;

import dev.webhookdb.destinations.jdbc.PlaceSockets;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.Driver;

/** PostgreSQL, 14 and later, and what speaks its protocol and its SQL. */
public final class PostgresqlDestination implements Destination {
    private static final String EXAMPLE = "postgres://user:password@db.example.com:5432/analytics";
    private static final Set<String> TLS = Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final Pattern SSL_MODE = Pattern.compile("sslmode=([a-z-]+)");
    private static final int PORT = 5432;
    private static final int HIGHEST_PORT = 65_535;

    /** Creates the destination. */
    public PostgresqlDestination() {}

    @Override
    public String id() {
        return "postgresql";
    }

    @Override
    public String title() {
        return "PostgreSQL";
    }

    @Override
    public List<String> schemes() {
        return List.of("postgres", "postgresql");
    }

    @Override
    public String example() {
        return EXAMPLE;
    }

    @Override
    public void check(URI url) {
        String user = url.getRawUserInfo();
        boolean named = url.getHost() != null
                && url.getPort() <= HIGHEST_PORT
                && url.getPort() != 0
                && database(url).isPresent()
                && url.getRawFragment() == null;
        if (!named) {
            throw new IllegalArgumentException(
                    "Name the host, its port if it is not 5432, and the database, as in %s. Write signs like @, : and / in the password as %%40, %%3A and %%2F."
                            .formatted(EXAMPLE));
        }
        if (user == null || user.isEmpty() || user.startsWith(":")) {
            throw new IllegalArgumentException(
                    "The URL must contain a user and a password, as in %s.".formatted(EXAMPLE));
        }
        sslMode(url);
    }

    private static Optional<String> database(URI url) {
        String path = url.getRawPath();
        return path == null || path.length() < 2 || path.indexOf('/', 1) > 0
                ? Optional.empty()
                : Optional.of(URLDecoder.decode(path.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8));
    }

    private static Optional<String> sslMode(URI url) {
        String query = url.getRawQuery();
        if (query == null || query.isEmpty()) {
            return Optional.empty();
        }
        Matcher mode = SSL_MODE.matcher(query);
        if (!mode.matches() || !TLS.contains(mode.group(1))) {
            throw new IllegalArgumentException(
                    "The only parameter of the URL is sslmode. Write %s?sslmode=verify-full, or disable, allow, prefer, require or verify-ca in its place."
                            .formatted(EXAMPLE));
        }
        return Optional.of(mode.group(1));
    }

    @Override
    public DestinationSession connect(Place place) throws DestinationException {
        URI url = place.url();
        String server = "%s:%d".formatted(url.getHost(), url.getPort() < 0 ? PORT : url.getPort());
        Properties properties = new Properties();
        properties.setProperty("user", place.user().orElse(""));
        place.password().ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("PGDBNAME", database(url).orElse(""));
        properties.setProperty("PGHOST", url.getHost());
        String seconds = Long.toString(Math.max(1, place.timeout().toSeconds()));
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("ApplicationName", "webhookdb");
        properties.setProperty("tcpKeepAlive", "true");
        // errors quote the row
        properties.setProperty("logServerErrorDetail", "false");
        sslMode(url).ifPresent(mode -> {
            properties.setProperty("sslmode", mode);
            // what the JVM trusts, in place of files in somebody's home
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        });
        String token = PlaceSockets.register(place.sockets());
        properties.setProperty("socketFactory", PlaceSockets.class.getName());
        properties.setProperty("socketFactoryArg", token);
        try {
            return new PostgresqlSession(
                    new Driver().connect("jdbc:postgresql://%s/".formatted(server), properties), server);
        } catch (SQLException e) {
            throw Failures.of(server, e);
        } finally {
            PlaceSockets.forget(token);
        }
    }
}
