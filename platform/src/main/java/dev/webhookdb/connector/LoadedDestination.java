package dev.webhookdb.connector;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.util.List;

/** STUB */
public final class LoadedDestination {
    private final Destination one;

    LoadedDestination(Destination one) {
        this.one = one;
    }

    public String id() {
        return one.id();
    }

    public String title() {
        return one.title();
    }

    public List<String> schemes() {
        return one.schemes();
    }

    public String example() {
        return one.example();
    }

    public void check(URI url) {
        one.check(url);
    }

    public DestinationSession connect(Place place) throws DestinationException, InterruptedException {
        return one.connect(place);
    }
}
