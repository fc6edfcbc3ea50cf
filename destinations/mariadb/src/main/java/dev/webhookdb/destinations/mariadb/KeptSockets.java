package dev.webhookdb.destinations.mariadb;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;

/** Makes sockets with another factory, and keeps them, so that they can be closed under whoever waits for an answer. */
final class KeptSockets extends SocketFactory {
    private static final System.Logger LOG = System.getLogger(KeptSockets.class.getName());

    private final SocketFactory actual;
    private final List<Socket> made = new CopyOnWriteArrayList<>();

    KeptSockets(SocketFactory actual) {
        this.actual = actual;
    }

    /** Closes all. */
    void close() {
        for (Socket socket : made) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "A socket could not be closed", e);
            }
        }
    }

    private Socket kept(Socket socket) {
        made.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket() throws IOException {
        return kept(actual.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return kept(actual.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return kept(actual.createSocket(host, port, from, fromPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return kept(actual.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return kept(actual.createSocket(host, port, from, fromPort));
    }
}
