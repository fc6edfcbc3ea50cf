package dev.webhookdb.destinations.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;

/** Makes sockets with another factory, and keeps them, so that they can be closed under whoever waits for an answer. */
public final class KeptSockets extends SocketFactory {
    private static final System.Logger LOG = System.getLogger(KeptSockets.class.getName());

    private final SocketFactory actual;
    private final List<Socket> made = new CopyOnWriteArrayList<>();

    /** Creates one that keeps what another one makes. */
    public KeptSockets(SocketFactory actual) {
        this.actual = actual;
    }

    /** Closes all. */
    public void close() {
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
