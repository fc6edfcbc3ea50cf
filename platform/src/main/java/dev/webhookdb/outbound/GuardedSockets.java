package dev.webhookdb.outbound;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.SocketFactory;

/**
 * Makes sockets that connect to no internal address, unless that is allowed, for drivers that speak another protocol than HTTP. It judges
 * the very address that is connected to, so that a second answer of a name server leads nowhere else. Thread-safe.
 */
public final class GuardedSockets extends SocketFactory {
    private final Predicate<InetAddress> allowed;
    private volatile Optional<String> refusal = Optional.empty();

    GuardedSockets(Predicate<InetAddress> allowed) {
        this.allowed = allowed;
    }

    /** Returns what was refused last: a sentence, of which drivers tell little. */
    public Optional<String> refusal() {
        return refusal;
    }

    @Override
    public Socket createSocket() {
        return new Guarded();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        try {
            socket.connect(address);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private final class Guarded extends Socket {
        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (endpoint instanceof InetSocketAddress address && !address.isUnresolved()) {
                requireAllowed(address);
            }
            super.connect(endpoint, timeout);
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }

        private void requireAllowed(InetSocketAddress address) throws ConnectException {
            InetAddress wanted = address.getAddress();
            if (!PublicAddresses.contain(wanted) && !allowed.test(wanted)) {
                String sentence = new ForbiddenAddressException(address.getHostString()).getMessage();
                refusal = Optional.of(sentence);
                throw new ConnectException(sentence);
            }
        }
    }
}
