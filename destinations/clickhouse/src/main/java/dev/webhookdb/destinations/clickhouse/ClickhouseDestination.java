package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.util.List;

/** ClickHouse 23.3 and later, over its HTTP interface. */
public final class ClickhouseDestination implements Destination {
    @Override
    public String id() {
        return "clickhouse";
    }

    @Override
    public String title() {
        return "ClickHouse";
    }

    @Override
    public List<String> schemes() {
        return List.of("clickhouse");
    }

    @Override
    public String example() {
        return "clickhouse://user:password@db.example.com:8443/analytics";
    }

    @Override
    public void check(URI url) {
        Address.of(url);
    }

    @Override
    public DestinationSession connect(Place place) throws DestinationException, InterruptedException {
        Address address = address(place.url());
        var server = new Server(new Link(address, place), address);
        try {
            server.requireVersion();
            return new ClickhouseSession(server, address.database());
        } catch (DestinationException e) {
            server.close();
            if (Thread.interrupted()) {
                throw new InterruptedException("Interrupted while the server was waited for");
            }
            throw e;
        }
    }

    private static Address address(URI url) throws DestinationException {
        try {
            return Address.of(url);
        } catch (IllegalArgumentException e) {
            throw new DestinationException(DestinationException.Reason.SETTINGS, e.getMessage(), e);
        }
    }
}
