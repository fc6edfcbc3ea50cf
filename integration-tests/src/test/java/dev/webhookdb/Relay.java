package dev.webhookdb;

import dev.webhookdb.config.ServerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands in front of a server and forwards, until it is cut (connections break, none is accepted) or frozen (they fall silent). */
final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final ServerAddress target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition thawed = lock.newCondition();
    private boolean frozen;
    private ServerSocket listening;

    private Relay(ServerAddress target) {
        this.target = target;
        this.listening = listen(0);
        this.port = listening.getLocalPort();
    }

    static Relay to(ServerAddress target) {
        return new Relay(target);
    }

    /** Where the server is, seen through here. */
    ServerAddress address() {
        return ServerAddress.of("127.0.0.1", port, target.database(), target.username(), target.password());
    }

    void cut() {
        close(listening);
        sockets.forEach(Relay::close);
    }

    void freeze() {
        setFrozen(true);
    }

    /** Forwards again; what was held back while it was frozen arrives late. */
    void restore() {
        setFrozen(false);
        if (listening.isClosed()) {
            listening = listen(port);
        }
    }

    @Override
    public void close() {
        cut();
        setFrozen(false);
    }

    private void setFrozen(boolean now) {
        lock.lock();
        try {
            frozen = now;
            thawed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void waitWhileFrozen() {
        lock.lock();
        try {
            while (frozen) {
                thawed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private ServerSocket listen(int wanted) {
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            Thread.ofVirtual().start(() -> accept(server));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                LOG.debug("No connection was accepted", e);
            }
        }
    }

    private void serve(Socket client) {
        waitWhileFrozen();
        try {
            Socket server = new Socket(target.host(), target.port());
            sockets.add(server);
            Thread.ofVirtual().start(() -> pump(server, client));
            pump(client, server);
        } catch (IOException e) {
            LOG.debug("The server could not be reached", e);
            close(client);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        try {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                waitWhileFrozen();
                to.getOutputStream().write(buffer, 0, read);
            }
        } catch (IOException e) {
            LOG.debug("A connection ended", e);
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            LOG.debug("Already closed", e);
        }
    }
}
