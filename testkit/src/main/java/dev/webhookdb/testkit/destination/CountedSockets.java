package dev.webhookdb.testkit.destination;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;

/** Makes sockets and remembers them, or makes those that connect nowhere. */
final class CountedSockets extends SocketFactory {
    private final List<Socket> made = new CopyOnWriteArrayList<>();
    private final Optional<IOException> refusal;

    CountedSockets() {
        this.refusal = Optional.empty();
    }

    CountedSockets(IOException refusal) {
        this.refusal = Optional.of(refusal);
    }

    List<Socket> made() {
        return made;
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Socket() {
            @Override
            public void connect(SocketAddress address, int timeout) throws IOException {
                if (refusal.isPresent()) {
                    throw refusal.get();
                }
                super.connect(address, timeout);
            }
        };
        made.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), Optional.empty());
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return connected(new InetSocketAddress(host, port), Optional.of(new InetSocketAddress(from, fromPort)));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), Optional.empty());
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return connected(new InetSocketAddress(host, port), Optional.of(new InetSocketAddress(from, fromPort)));
    }

    private Socket connected(InetSocketAddress address, Optional<InetSocketAddress> from) throws IOException {
        Socket socket = createSocket();
        if (from.isPresent()) {
            socket.bind(from.get());
        }
        socket.connect(address, 0);
        return socket;
    }
}
