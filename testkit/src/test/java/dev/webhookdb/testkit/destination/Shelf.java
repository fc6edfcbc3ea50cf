package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.Place;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A destination in memory, behind a door in the network, with at most one flaw. */
final class Shelf implements Destination {
    private final Flaw flaw;
    private final Map<String, Board> boards = new ConcurrentHashMap<>();

    Shelf(Flaw flaw) {
        this.flaw = flaw;
    }

    /**
     * A table.
     *
     * @param columns each with its type
     * @param lines values by column, by key
     */
    record Board(String owner, long position, long rows, List<String> columns, Map<String, Map<String, String>> lines) {
        static Board empty(String owner, long position, List<String> columns) {
            return new Board(owner, position, 0, columns, new TreeMap<>());
        }
    }

    Map<String, Board> boards() {
        return boards;
    }

    @Override
    public String id() {
        return flaw.is(Flaw.CALLS_ITSELF_BY_A_SENTENCE) ? "A Shelf" : "shelf";
    }

    @Override
    public String title() {
        return "Shelf";
    }

    @Override
    public List<String> schemes() {
        return List.of("shelf");
    }

    @Override
    public String example() {
        return "shelf://user:password@shelf.example.com:1234";
    }

    @Override
    public void check(URI url) {
        if (flaw.is(Flaw.TAKES_EVERY_URL)) {
            return;
        }
        if (url.getHost() == null || url.getPort() < 1 || url.getPort() > 65_535 || url.getUserInfo() == null) {
            throw new IllegalArgumentException(message(url, "The URL must have a user, a host and a port."));
        }
    }

    private String message(URI url, String sentence) {
        if (flaw.is(Flaw.TELLS_THE_PASSWORD)) {
            return "The URL %s is wrong.".formatted(url);
        }
        return flaw.is(Flaw.ANSWERS_WITHOUT_A_SENTENCE) ? "bad_url" : sentence;
    }

    @Override
    public DestinationSession connect(Place place) throws DestinationException {
        Socket socket = null;
        try {
            socket = flaw.is(Flaw.MAKES_ITS_OWN_SOCKETS)
                    ? new Socket()
                    : place.sockets().createSocket();
            int timeout = (int) place.timeout().toMillis();
            socket.setSoTimeout(flaw.is(Flaw.WAITS_FOR_EVER) ? 8 * timeout : timeout);
            socket.connect(
                    new InetSocketAddress(place.url().getHost(), place.url().getPort()), timeout);
            if (!ShelfDoor.opens(socket, place.password().orElse(""))) {
                throw new DestinationException(
                        flaw.is(Flaw.TRIES_A_WRONG_PASSWORD_AGAIN) ? Reason.TRANSIENT : Reason.SETTINGS,
                        message(place.url(), "The password is wrong. Change it."));
            }
            return new ShelfSession(flaw, boards, socket);
        } catch (IOException e) {
            throw new DestinationException(Reason.TRANSIENT, "The shelf cannot be reached.", e);
        }
    }
}
