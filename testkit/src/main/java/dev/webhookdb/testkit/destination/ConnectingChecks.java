package dev.webhookdb.testkit.destination;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Start;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.DynamicNode;

/** How a destination connects, and what it says when it cannot. */
final class ConnectingChecks {
    private static final String WRONG = "wr0ng-s3cr3t";
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** How much longer than its time-out a call may take on a busy machine. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final DestinationConformance kit;
    private final Bench bench;

    ConnectingChecks(DestinationConformance kit) {
        this.kit = kit;
        this.bench = new Bench(kit);
    }

    Stream<DynamicNode> tests() {
        Stream<DynamicNode> sockets = Stream.of(
                bench.test(
                        "every connection is made by the factory of sockets, and closed",
                        (session, table) -> counted(table)),
                dynamicTest("nothing is reached past the factory of sockets", this::past),
                dynamicTest("a port at which nobody listens may answer later", this::closedPort),
                dynamicTest("a server that never answers is given up in time", this::silent));
        Stream<DynamicNode> closing =
                Stream.of(bench.test("a session may be closed twice", (session, table) -> session.close()));
        Stream<DynamicNode> all = kit.features().contains(Feature.SOCKETS) ? Stream.concat(sockets, closing) : closing;
        Stream<DynamicNode> passwords = kit.features().contains(Feature.PASSWORDS)
                ? Stream.of(dynamicTest("a wrong password is for somebody to change, and is not told", this::password))
                : Stream.of();
        Stream<DynamicNode> restricted = kit.restricted().stream()
                .map(url -> bench.test(
                        "missing rights are for somebody to give", (session, table) -> restricted(url, table)));
        return Stream.of(all, passwords, restricted).flatMap(nodes -> nodes);
    }

    private void counted(DestinationTable table) throws Exception {
        var sockets = new CountedSockets();
        try (DestinationSession session = kit.destination().connect(Place.of(kit.url(), sockets, Bench.TIMEOUT))) {
            session.open(table, Start.at(0));
            session.write(table, Bench.charges(2, 0, 5));
        }
        Complaint.unless(
                !sockets.made().isEmpty(),
                "Rows were written without a socket of Place.sockets().",
                "Give the driver this factory, which keeps it from internal addresses.");
        Complaint.unless(
                sockets.made().stream().allMatch(socket -> socket.isClosed()),
                "A connection is open after its session was closed.",
                "Close every connection in close().");
    }

    private void past() {
        var refusing = new CountedSockets(new IOException("This address is not allowed"));
        Complaint.refused(
                "An address that the factory of sockets refuses",
                () -> connect(kit.url(), refusing, Bench.TIMEOUT).close(),
                "",
                Reason.TRANSIENT,
                Reason.SETTINGS);
    }

    private void closedPort() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        inTime(() -> Complaint.refused(
                "A port at which nobody listens",
                () -> connect(Urls.at(kit.url(), port), SocketFactory.getDefault(), SHORT)
                        .close(),
                Urls.password(kit.url()),
                Reason.TRANSIENT));
    }

    private void silent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI url = Urls.at(kit.url(), silent.getLocalPort());
            inTime(() -> Complaint.refused(
                    "A server that never answers",
                    () -> connect(url, SocketFactory.getDefault(), SHORT).close(),
                    Urls.password(kit.url()),
                    Reason.TRANSIENT));
        }
    }

    private static void inTime(Runnable check) {
        long begun = System.nanoTime();
        check.run();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Complaint.unless(
                took.compareTo(SHORT.plus(GRACE)) < 0,
                "Connecting took %s with a time-out of %s.".formatted(took, SHORT),
                "Use Place.timeout() for connecting and for every answer.");
    }

    private void password() {
        Complaint.refused(
                "A wrong password",
                () -> open(Urls.with(kit.url(), WRONG), Bench.charges(Bench.fresh())),
                WRONG,
                Reason.SETTINGS);
    }

    private void restricted(URI url, DestinationTable table) {
        Complaint.refused(
                "A user who may not make tables", () -> open(url, table), Urls.password(url), Reason.SETTINGS);
    }

    private void open(URI url, DestinationTable table) throws Exception {
        try (DestinationSession session = connect(url, SocketFactory.getDefault(), Bench.TIMEOUT)) {
            session.open(table, Start.at(0));
        }
    }

    private DestinationSession connect(URI url, SocketFactory sockets, Duration timeout) throws Exception {
        return kit.destination().connect(Place.of(url, sockets, timeout));
    }

    /** URLs that are nearly that of the test. */
    private static final class Urls {
        static URI with(URI url, String password) {
            String user = url.getRawUserInfo().split(":", 2)[0];
            return URI.create(url.toString().replace(url.getRawUserInfo() + "@", user + ":" + password + "@"));
        }

        static URI at(URI url, int port) {
            String before = Optional.ofNullable(url.getRawUserInfo())
                    .map(info -> info + "@")
                    .orElse("");
            return URI.create(url.toString()
                    .replace(
                            url.getRawAuthority(),
                            before + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port));
        }

        static String password(URI url) {
            return Place.of(url, SocketFactory.getDefault(), SHORT).password().orElse("");
        }
    }
}
