package dev.webhookdb.outbound;

import io.helidon.webclient.api.ConnectedSocketChannelInfo;
import io.helidon.webclient.api.ConnectedSocketInfo;
import io.helidon.webclient.api.ConnectionListener;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.spi.DnsResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Connections through a proxy, for servers that listen on one port. We resolve and judge the server's name ourselves, and have the proxy
 * connect to that very address: it must not ask a name server again. TLS goes through the proxy and still proves the name.
 *
 * <p>The client resolves a name and connects in the same thread. It gets the proxy's address under the server's name, and the URL the proxy's
 * port; once it is connected, and before it begins with TLS, the proxy is asked to go on to the server.
 */
final class Proxying implements DnsResolver, ConnectionListener {
    private static final int LARGEST_ANSWER = 16 << 10;
    private static final int READING = 10_000;
    private static final Pattern TAKEN = Pattern.compile("HTTP/1\\.[01] 2[0-9][0-9].*", Pattern.DOTALL);

    /** Of the connection that the thread is about to make: set when its name is resolved, and used just after. */
    private static final ThreadLocal<InetAddress> TARGET = new ThreadLocal<>();

    private final DnsResolver guard;
    private final URI proxy;
    private final int port;

    /**
     * @param guard resolves and judges names
     * @param proxy {@code http://[user:password@]host:port}
     * @param port the servers'
     */
    Proxying(DnsResolver guard, URI proxy, int port) {
        this.guard = guard;
        this.proxy = proxy;
        this.port = port;
    }

    @Override
    public InetAddress resolveAddress(String hostname, DnsAddressLookup lookup) {
        TARGET.set(guard.resolveAddress(hostname, lookup));
        try {
            return InetAddress.getByAddress(
                    hostname, InetAddress.getByName(proxy.getHost()).getAddress());
        } catch (UnknownHostException e) {
            throw new UnknownServerException(proxy.getHost(), e);
        }
    }

    @Override
    public void socketConnected(ConnectedSocketInfo connected) throws IOException {
        Socket socket = connected.socket();
        InetAddress address = TARGET.get();
        String literal = address instanceof Inet6Address
                ? "[%s]:%d".formatted(address.getHostAddress(), port)
                : "%s:%d".formatted(address.getHostAddress(), port);
        String authorization = Optional.ofNullable(proxy.getUserInfo())
                .map(user -> "Proxy-Authorization: Basic %s\r\n"
                        .formatted(Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8))))
                .orElse("");
        int before = socket.getSoTimeout();
        socket.setSoTimeout(READING);
        socket.getOutputStream()
                .write("CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n%2$s\r\n"
                        .formatted(literal, authorization)
                        .getBytes(StandardCharsets.ISO_8859_1));
        String answer = head(socket.getInputStream());
        socket.setSoTimeout(before);
        if (!TAKEN.matcher(answer).matches()) {
            socket.close();
            throw new ConnectException("the proxy %s:%d answered \"%s\""
                    .formatted(
                            proxy.getHost(),
                            proxy.getPort(),
                            answer.lines().findFirst().orElse("")));
        }
    }

    /** Byte by byte: what follows the head belongs to the server. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0 && head.length() < LARGEST_ANSWER) {
            int read = in.read();
            if (read < 0) {
                return head.toString();
            }
            head.append((char) read);
        }
        return head.toString();
    }

    @Override
    public void socketChannelConnected(ConnectedSocketChannelInfo connected) {
        throw new UncheckedIOException(new IOException("Only plain sockets go through a proxy."));
    }
}
