package dev.webhookdb.destinations.redshift;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazon.redshift.Driver;
import dev.webhookdb.destinations.jdbc.KeptSockets;
import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.destinations.jdbc.PlaceSockets;
import dev.webhookdb.destinations.jdbc.WarehouseSession;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.net.URLEncoder;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/** Amazon Redshift, provisioned or serverless, with a user and a password of the database. */
public final class RedshiftDestination implements Destination {
    /** Creates the destination. */
    public RedshiftDestination() {}

    @Override
    public String id() {
        return "redshift";
    }

    @Override
    public String title() {
        return "Amazon Redshift";
    }

    @Override
    public List<String> schemes() {
        return List.of("redshift");
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
        KeptSockets sockets = new KeptSockets(place.sockets());
        String token = PlaceSockets.register(sockets);
        try {
            Link link = new Link(new Driver().connect(jdbc(address), settings(address, place, token)), sockets::close);
            return new WarehouseSession(new RedshiftDialect(), link);
        } catch (SQLException e) {
            sockets.close();
            throw Failures.ofConnecting(server(address), e);
        } finally {
            PlaceSockets.forget(token);
        }
    }

    private static Address address(URI url) throws DestinationException {
        try {
            return Address.of(url);
        } catch (IllegalArgumentException e) {
            throw new DestinationException(Reason.SETTINGS, e.getMessage(), e);
        }
    }

    private static String server(Address address) {
        return "%s:%d".formatted(address.host(), address.port());
    }

    /** Returns what the driver connects to; a database's name, encoded, has no character that means something in a URL. */
    private static String jdbc(Address address) {
        return "jdbc:redshift://%s/%s".formatted(server(address), URLEncoder.encode(address.database(), UTF_8));
    }

    /** Returns the driver's settings. None of them is part of the URL, in which it could end and another one begin. */
    private static Properties settings(Address address, Place place, String token) {
        String seconds = Long.toString(Math.clamp(place.timeout().toSeconds(), 1, Integer.MAX_VALUE));
        Properties settings = new Properties();
        settings.setProperty("user", place.user().orElseThrow());
        settings.setProperty("password", place.password().orElse(""));
        settings.setProperty("ssl", Boolean.toString(!address.sslMode().equals("disable")));
        if (!address.sslMode().equals("disable")) {
            settings.setProperty("sslmode", address.sslMode());
        }
        settings.setProperty("socketFactory", PlaceSockets.class.getName());
        settings.setProperty("socketFactoryArg", token);
        settings.setProperty("loginTimeout", seconds);
        settings.setProperty("connectTimeout", seconds);
        settings.setProperty("socketTimeout", seconds);
        settings.setProperty("tcpKeepAlive", "true");
        settings.setProperty("ApplicationName", "webhookdb");
        // errors quote the row
        settings.setProperty("logServerErrorDetail", "false");
        return settings;
    }
}
