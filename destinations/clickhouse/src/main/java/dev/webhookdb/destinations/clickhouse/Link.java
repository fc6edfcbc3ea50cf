package dev.webhookdb.destinations.clickhouse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.destination.Place;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Sends requests to the HTTP interface, one at a time, over a connection that is kept while it is used. Any thread may close it.
 *
 * <p>Written out here because no client of the JDK takes the sockets that the platform makes, which reach no internal address. Redirects
 * are not followed, and nothing is compressed.
 */
final class Link implements AutoCloseable {
    /** How long a connection may be idle and be used again: servers keep them for three seconds at least. */
    private static final Duration KEPT = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(Link.class.getName());

    private final Address address;
    private final Place place;
    private final String authorization;
    private Optional<Wire> wire = Optional.empty();
    private long usedAt;

    /** Below whatever encrypts: closing it waits for nobody. */
    private volatile Optional<Socket> socket = Optional.empty();

    private volatile boolean closed;

    Link(Address address, Place place) {
        this.address = address;
        this.place = place;
        String credentials = place.user().orElse("") + ":" + place.password().orElse("");
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    }

    /** Where requests are written, and answers read. */
    private record Wire(Socket socket, OutputStream out, InputStream in) {
        static Wire of(Socket socket) throws IOException {
            return new Wire(
                    socket,
                    new BufferedOutputStream(socket.getOutputStream(), 1 << 16),
                    new BufferedInputStream(socket.getInputStream(), 1 << 14));
        }
    }

    Duration timeout() {
        return place.timeout();
    }

    /**
     * Sends a statement, and reads all of the answer.
     *
     * @param query what the request's URL has after the question mark
     * @param body backed by an array
     * @param patience how long to wait for each part of the answer
     * @throws IOException if there is none
     */
    Answer post(String query, ByteBuffer body, Duration patience) throws IOException {
        Wire used = connection();
        used.socket().setSoTimeout(milliseconds(patience));
        try {
            send(used.out(), query, body);
            Answer answer = Answer.read(used.in());
            usedAt = System.nanoTime();
            if (!answer.keeps()) {
                disconnect();
            }
            return answer;
        } catch (IOException e) {
            disconnect();
            throw e;
        }
    }

    private void send(OutputStream out, String query, ByteBuffer body) throws IOException {
        out.write("""
                POST /?%s HTTP/1.1\r
                Host: %s:%d\r
                Authorization: %s\r
                User-Agent: webhookdb\r
                Content-Type: application/octet-stream\r
                Content-Length: %d\r
                \r
                """.formatted(query, address.host(), address.port(), authorization, body.remaining())
                .getBytes(ISO_8859_1));
        out.write(body.array(), body.arrayOffset() + body.position(), body.remaining());
        out.flush();
    }

    private Wire connection() throws IOException {
        if (wire.isPresent() && System.nanoTime() - usedAt > KEPT.toNanos()) {
            disconnect();
        }
        if (wire.isEmpty()) {
            connect();
        }
        return wire.orElseThrow();
    }

    private void connect() throws IOException {
        try {
            Socket plain = reached();
            plain.setSoTimeout(milliseconds(timeout()));
            plain.setTcpNoDelay(true);
            wire = Optional.of(Wire.of(address.tls() ? encrypted(plain) : plain));
            usedAt = System.nanoTime();
        } catch (IOException e) {
            disconnect();
            throw e;
        }
    }

    /** Returns a connection to the first of the host's addresses that takes it; when time runs out, the others are not tried. */
    private Socket reached() throws IOException {
        IOException failure = new IOException("The name of the host leads nowhere");
        for (InetAddress one : InetAddress.getAllByName(address.hostName())) {
            Socket made = place.sockets().createSocket();
            keep(made);
            try {
                made.connect(new InetSocketAddress(one, address.port()), milliseconds(timeout()));
                return made;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                made.close();
                failure = e;
            }
        }
        throw failure;
    }

    /** Remembers a socket before it waits for anything, so that {@link #close} ends the waiting. */
    private void keep(Socket made) throws IOException {
        socket = Optional.of(made);
        if (closed) {
            made.close();
            throw new IOException("The session was closed");
        }
    }

    private Socket encrypted(Socket plain) throws IOException {
        SSLSocket encrypted =
                (SSLSocket) context().getSocketFactory().createSocket(plain, address.hostName(), address.port(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        try {
            encrypted.startHandshake();
        } catch (SSLException e) {
            throw new NotEncryptedException(e);
        }
        return encrypted;
    }

    private SSLContext context() throws IOException {
        try {
            if (address.certificate().isEmpty()) {
                return SSLContext.getDefault();
            }
            Certificate certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(address.certificate().get().getBytes(UTF_8)));
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("server", certificate);
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new CertificateUnreadableException(e);
        }
    }

    /** The certificate of the URL is none. */
    static final class CertificateUnreadableException extends IOException {
        private static final long serialVersionUID = 1L;

        CertificateUnreadableException(Exception cause) {
            super("The certificate cannot be read", cause);
        }
    }

    /** No encryption came about. */
    static final class NotEncryptedException extends IOException {
        private static final long serialVersionUID = 1L;

        NotEncryptedException(SSLException cause) {
            super("No encryption came about", cause);
        }
    }

    private static int milliseconds(Duration duration) {
        return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
    }

    private void disconnect() {
        close(socket);
        socket = Optional.empty();
        wire = Optional.empty();
    }

    private static void close(Optional<Socket> one) {
        try {
            if (one.isPresent()) {
                one.get().close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "A socket could not be closed", e);
        }
    }

    /** Closes the connection, also under whoever waits for an answer. */
    @Override
    public void close() {
        closed = true;
        close(socket);
    }
}
