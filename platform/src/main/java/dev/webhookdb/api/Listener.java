package dev.webhookdb.api;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests until it is closed, and fails none by that: whoever has connected is served, then nobody can connect any more, and each
 * connection ends with an answer that says so, or when no request came on it for a moment. Thread-safe.
 */
public final class Listener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final byte[] QUESTION = "GET /healthz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final WebServer server;
    private final String host;
    private final Connections connections;

    /** @param host the name or address that the server listens on */
    Listener(WebServer server, String host, Connections connections) {
        this.server = server;
        this.host = host;
        this.connections = connections;
    }

    /** Returns the port on which requests are taken. */
    public int port() {
        return server.port();
    }

    /** Returns when all connections have ended; those with a request that takes longer than a few seconds are cut off. */
    @Override
    public void close() {
        if (server.isRunning()) {
            takeWaiting();
            connections.leave();
            server.stop();
        }
    }

    /**
     * Closing resets connections that the system has taken and the server has not. They are taken in their order, so when one more is answered,
     * all that were made before it are being served.
     */
    private void takeWaiting() {
        int patience = Math.toIntExact(PATIENCE.toMillis());
        try (Socket last = new Socket()) {
            InetAddress address = InetAddress.getByName(host);
            last.setSoTimeout(patience);
            last.connect(
                    new InetSocketAddress(
                            address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address, port()),
                    patience);
            last.getOutputStream().write(QUESTION);
            if (last.getInputStream().read() < 0) {
                LOG.debug("The server gave no answer before it was stopped");
            }
        } catch (IOException e) {
            LOG.debug("The server could not be asked before it was stopped: {}", e.getMessage());
        }
    }
}
