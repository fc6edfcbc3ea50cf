package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;

/** MariaDB and MySQL, from the versions on that compare texts with all their blanks: MariaDB 10.2, MySQL 8.0.17. */
public final class MariadbDestination implements Destination {
    @Override
    public String id() {
        return "mariadb";
    }

    @Override
    public String title() {
        return "MariaDB and MySQL";
    }

    @Override
    public List<String> schemes() {
        return List.of("mysql", "mariadb");
    }

    @Override
    public String example() {
        return "mariadb://user:password@db.example.com:3306/analytics";
    }

    @Override
    public void check(URI url) {
        Address.of(url);
    }

    @Override
    public DestinationSession connect(Place place) throws DestinationException, InterruptedException {
        Address address = address(place.url());
        Link link = Connecting.open(address, place);
        try {
            return new MariadbSession(link, address.database());
        } catch (SQLException e) {
            link.close();
            throw Failures.of(e);
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
