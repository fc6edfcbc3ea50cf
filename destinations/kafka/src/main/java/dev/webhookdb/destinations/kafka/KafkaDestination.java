package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/**
 * Kafka, from version 2.5 on.
 *
 * <p>Its client makes its own connections and cannot be given a factory of sockets. Therefore every broker, those of the URL and those that
 * the cluster names, is first connected to with that of the place, and the client is not let loose on what was refused. A cluster that
 * names others later is not seen by this.
 */
public final class KafkaDestination implements Destination {
    @Override
    public String id() {
        return "kafka";
    }

    @Override
    public String title() {
        return "Kafka";
    }

    @Override
    public List<String> schemes() {
        return List.of("kafka");
    }

    @Override
    public String example() {
        return "kafka://user:password@kafka1.example.com:9092,kafka2.example.com:9092/prefix.";
    }

    @Override
    public void check(URI url) {
        Address.of(url);
    }

    @Override
    public DestinationSession connect(Place place) throws DestinationException, InterruptedException {
        Address address = address(place.url());
        Cluster cluster = new Cluster(address, reachable(address, place), place.timeout());
        Admin admin = cluster.admin();
        try {
            for (Address.Broker broker : cluster.brokers(admin)) {
                reach(broker, place);
            }
            return new KafkaSession(cluster, admin, address.prefix());
        } catch (DestinationException | InterruptedException | RuntimeException e) {
            admin.close(Duration.ZERO);
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

    /** Returns those brokers of the URL that may be connected to. */
    private static List<Address.Broker> reachable(Address address, Place place) throws DestinationException {
        List<Address.Broker> reachable = new ArrayList<>();
        List<DestinationException> failures = new ArrayList<>();
        for (Address.Broker broker : address.brokers()) {
            try {
                reach(broker, place);
                reachable.add(broker);
            } catch (DestinationException e) {
                failures.add(e);
            }
        }
        if (reachable.isEmpty()) {
            throw failures.getFirst();
        }
        return reachable;
    }

    private static void reach(Address.Broker broker, Place place) throws DestinationException {
        int timeout = Math.clamp(place.timeout().toMillis(), 1, Integer.MAX_VALUE);
        try (Socket socket = place.sockets().createSocket()) {
            socket.connect(new InetSocketAddress(broker.host(), broker.port()), timeout);
        } catch (IOException e) {
            throw new DestinationException(
                    Reason.TRANSIENT, "The broker %s cannot be reached: %s.".formatted(broker, e.getMessage()), e);
        }
    }
}
