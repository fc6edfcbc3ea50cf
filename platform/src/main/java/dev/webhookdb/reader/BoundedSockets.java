package dev.webhookdb.reader;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import javax.net.SocketFactory;

/**
 * Connections on which people's statements run: how much comes over them is limited.
 *
 * <p>The driver makes it by its name, for each connection.
 */
public class BoundedSockets extends SocketFactory {
    /** A socket whose input is limited. */
    protected static class Bounded extends Socket {
        private Optional<InputStream> input = Optional.empty();

        /** The same each time: it knows where a message begins. */
        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (input.isEmpty()) {
                input = Optional.of(new BoundedInput(super.getInputStream(), false));
            }
            return input.get();
        }
    }

    @Override
    public Socket createSocket() {
        return new Bounded();
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
        socket.connect(address);
        return socket;
    }
}
