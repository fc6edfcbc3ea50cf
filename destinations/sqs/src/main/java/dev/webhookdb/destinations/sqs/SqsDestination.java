package dev.webhookdb.destinations.sqs;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;

/** FIFO queues of Amazon SQS. */
public final class SqsDestination implements Destination {
    @Override
    public String id() {
        return "sqs";
    }

    @Override
    public String title() {
        return "Amazon SQS";
    }

    @Override
    public List<String> schemes() {
        return List.of("sqs");
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
        SSLSocketFactory encrypting = (SSLSocketFactory) SSLSocketFactory.getDefault();
        Queue queue = new Queue(address, new Connections(address, place, encrypting), place.timeout());
        try {
            return new SqsSession(queue, queue.longestMessage());
        } catch (DestinationException | InterruptedException | RuntimeException e) {
            queue.close();
            throw e;
        }
    }

    private static Address address(URI url) throws DestinationException {
        try {
            return Address.of(url);
        } catch (IllegalArgumentException e) {
            throw new DestinationException(Reason.SETTINGS, e.getMessage(), e);
        }
    }
}
