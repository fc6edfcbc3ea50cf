package dev.webhookdb.destinations.sqs;

import dev.webhookdb.spi.destination.Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.http.HttpEntity;
import org.apache.http.HttpException;
import org.apache.http.HttpResponse;
import org.apache.http.HttpVersion;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.impl.DefaultBHttpClientConnection;
import org.apache.http.impl.DefaultConnectionReuseStrategy;
import org.apache.http.message.BasicHttpEntityEnclosingRequest;
import org.apache.http.protocol.BasicHttpContext;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Sends the SDK's requests over the platform's sockets, which reach no internal address unless the operator allows it. Connections are kept
 * while they are used. Redirects are not followed. Safe for use by many threads; any may close it, and ends requests that are under way.
 */
final class Connections implements SdkHttpClient {
    /** How long a connection may be idle and be used again. */
    private static final Duration KEPT = Duration.ofSeconds(5);

    private static final int BUFFER = 16 << 10;

    /** Answers are some hundred bytes for each message. */
    private static final int LONGEST_ANSWER = 1 << 20;

    private static final int FIRST_FINAL_STATUS = 200;

    private static final System.Logger LOG = System.getLogger(Connections.class.getName());

    private final Address address;
    private final Place place;
    private final SSLSocketFactory encrypting;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    /** All that are open, below whatever encrypts: closing one waits for nobody. */
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** @param encrypting what knows which certificates are trusted */
    Connections(Address address, Place place, SSLSocketFactory encrypting) {
        this.address = address;
        this.place = place;
        this.encrypting = encrypting;
    }

    /** A connection, and when it was used last. */
    private record Connection(Socket socket, DefaultBHttpClientConnection http, long usedAt) {}

    /** The URL asks for no encryption, on the way to an address of the internet. */
    static final class UnencryptedException extends IOException {
        private static final long serialVersionUID = 1L;

        UnencryptedException() {
            super("Rows are not sent over the internet without encryption. Remove tls=false from the URL.");
        }
    }

    @Override
    public String clientName() {
        return "webhookdb";
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            private volatile Optional<Socket> used = Optional.empty();

            @Override
            public HttpExecuteResponse call() throws IOException {
                Connection connection = connection();
                used = Optional.of(connection.socket());
                return exchanged(connection, request);
            }

            @Override
            public void abort() {
                used.ifPresent(Connections.this::close);
            }
        };
    }

    private HttpExecuteResponse exchanged(Connection connection, HttpExecuteRequest request) throws IOException {
        boolean kept = false;
        try {
            DefaultBHttpClientConnection http = connection.http();
            BasicHttpEntityEnclosingRequest sent = written(request);
            http.sendRequestHeader(sent);
            http.sendRequestEntity(sent);
            http.flush();
            HttpResponse answer = http.receiveResponseHeader();
            while (answer.getStatusLine().getStatusCode() < FIRST_FINAL_STATUS) {
                answer = http.receiveResponseHeader();
            }
            http.receiveResponseEntity(answer);
            HttpExecuteResponse read = read(answer);
            kept = DefaultConnectionReuseStrategy.INSTANCE.keepAlive(answer, new BasicHttpContext());
            return read;
        } catch (HttpException e) {
            throw new IOException("What answers does not speak HTTP", e);
        } finally {
            if (kept) {
                keep(connection);
            } else {
                close(connection.socket());
            }
        }
    }

    private static BasicHttpEntityEnclosingRequest written(HttpExecuteRequest request) throws IOException {
        SdkHttpRequest http = request.httpRequest();
        String path = http.encodedPath().isEmpty() ? "/" : http.encodedPath();
        String query = http.encodedQueryParameters().map(all -> "?" + all).orElse("");
        var written = new BasicHttpEntityEnclosingRequest(http.method().name(), path + query, HttpVersion.HTTP_1_1);
        http.forEachHeader((name, values) -> values.forEach(value -> written.addHeader(name, value)));
        Optional<ContentStreamProvider> content = request.contentStreamProvider();
        if (content.isPresent()) {
            try (var body = content.get().newStream()) {
                written.setEntity(new ByteArrayEntity(body.readAllBytes()));
            }
        }
        return written;
    }

    private static HttpExecuteResponse read(HttpResponse answer) throws IOException {
        SdkHttpResponse.Builder head = SdkHttpResponse.builder()
                .statusCode(answer.getStatusLine().getStatusCode())
                .statusText(answer.getStatusLine().getReasonPhrase());
        Arrays.stream(answer.getAllHeaders()).forEach(header -> head.appendHeader(header.getName(), header.getValue()));
        byte[] body = body(Optional.ofNullable(answer.getEntity()));
        return HttpExecuteResponse.builder()
                .response(head.build())
                .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
                .build();
    }

    private static byte[] body(Optional<HttpEntity> entity) throws IOException {
        if (entity.isEmpty()) {
            return new byte[0];
        }
        try (var content = entity.get().getContent()) {
            byte[] body = content.readNBytes(LONGEST_ANSWER + 1);
            if (body.length > LONGEST_ANSWER) {
                throw new IOException("The answer is longer than any of a queue");
            }
            return body;
        }
    }

    private void keep(Connection connection) {
        idle.push(new Connection(connection.socket(), connection.http(), System.nanoTime()));
    }

    private Connection connection() throws IOException {
        for (Connection kept = idle.poll(); kept != null; kept = idle.poll()) {
            if (System.nanoTime() - kept.usedAt() < KEPT.toNanos()
                    && !kept.http().isStale()) {
                return kept;
            }
            close(kept.socket());
        }
        return connected();
    }

    private Connection connected() throws IOException {
        Socket plain = reached();
        try {
            plain.setSoTimeout(milliseconds());
            plain.setTcpNoDelay(true);
            var http = new DefaultBHttpClientConnection(BUFFER);
            http.bind(address.tls() ? encrypted(plain) : plain);
            http.setSocketTimeout(milliseconds());
            return new Connection(plain, http, System.nanoTime());
        } catch (IOException e) {
            close(plain);
            throw e;
        }
    }

    /** Returns a connection to the first of the host's addresses that takes it; when time runs out, the others are not tried. */
    private Socket reached() throws IOException {
        IOException failure = new IOException("The name of the host leads nowhere");
        for (InetAddress one : InetAddress.getAllByName(address.hostName())) {
            if (!address.tls() && !isInternal(one)) {
                throw new UnencryptedException();
            }
            Socket made = opened();
            try {
                made.connect(new InetSocketAddress(one, address.port()), milliseconds());
                return made;
            } catch (InterruptedIOException e) {
                close(made);
                throw e;
            } catch (IOException e) {
                close(made);
                failure = e;
            }
        }
        throw failure;
    }

    /** Makes a socket and remembers it before it waits for anything, so that {@link #close()} ends the waiting. */
    private Socket opened() throws IOException {
        Socket made = place.sockets().createSocket();
        sockets.add(made);
        if (closed) {
            close(made);
            throw new IOException("The session was closed");
        }
        return made;
    }

    /** Whether an address is of a network that the platform's sockets reach only if the operator allows it. */
    private static boolean isInternal(InetAddress one) {
        boolean uniqueLocal = one.getAddress().length > 4 && (one.getAddress()[0] & 0xfe) == 0xfc;
        return one.isLoopbackAddress() || one.isSiteLocalAddress() || one.isLinkLocalAddress() || uniqueLocal;
    }

    private Socket encrypted(Socket plain) throws IOException {
        SSLSocket encrypted = (SSLSocket) encrypting.createSocket(plain, address.hostName(), address.port(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }

    private int milliseconds() {
        return Math.clamp(place.timeout().toMillis(), 1, Integer.MAX_VALUE);
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "A socket could not be closed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        sockets.forEach(this::close);
    }
}
