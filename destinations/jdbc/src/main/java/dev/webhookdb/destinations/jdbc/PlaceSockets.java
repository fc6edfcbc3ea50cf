package dev.webhookdb.destinations.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/** The sockets of a place: the driver makes a factory by its name, with a text that says which place is meant. */
public final class PlaceSockets extends SocketFactory {
    private static final Map<String, SocketFactory> PLACES = new ConcurrentHashMap<>();

    private final SocketFactory sockets;

    /** Finds the sockets that were registered under a text. */
    public PlaceSockets(String token) {
        sockets = PLACES.get(token);
    }

    /**
     * Registers sockets.
     *
     * @return the text under which the driver finds them
     */
    public static String register(SocketFactory sockets) {
        String token = UUID.randomUUID().toString();
        PLACES.put(token, sockets);
        return token;
    }

    /** Forgets sockets; connections that are made stay. */
    public static void forget(String token) {
        PLACES.remove(token);
    }

    @Override
    public Socket createSocket() throws IOException {
        return sockets.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port, localHost, localPort);
    }
}
