package dev.webhookdb.outbound;

import dev.webhookdb.outbound.Delivered.Cause;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.ClientUri;
import io.helidon.webclient.api.HttpClientRequest;
import io.helidon.webclient.api.HttpClientResponse;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * One attempt to bring something to an endpoint that may do whatever it likes. A thread of its own talks to it; when the time is up, that
 * thread is interrupted, which closes its connection wherever it waits. What was answered until then counts: with the status the endpoint
 * said what it had to say.
 */
final class Delivery {
    private final Route route;
    private final Consumer<URI> check;
    private final Request request;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long begun = System.nanoTime();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Optional<Head> head = Optional.empty();
    private Optional<Delivered> failure = Optional.empty();

    /** @param kept bytes of the answer */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Request(URI url, Map<String, String> headers, byte[] body, Duration limit, int kept) {}

    private record Head(int status, Map<String, String> headers) {}

    Delivery(Route route, Consumer<URI> check, Request request) {
        this.route = route;
        this.check = check;
        this.request = request;
    }

    Delivered made() throws InterruptedException {
        Thread talking = Thread.ofVirtual().name("deliver").start(this::talk);
        try {
            if (!ended.await(request.limit().toNanos(), TimeUnit.NANOSECONDS)) {
                return overdue();
            }
            return outcome();
        } finally {
            talking.interrupt();
        }
    }

    private void talk() {
        try {
            check.accept(request.url());
            exchange(true);
        } catch (RuntimeException | IOException e) {
            failed(e);
        } finally {
            ended.countDown();
        }
    }

    private void exchange(boolean again) throws IOException {
        FreshConnection.forget();
        try {
            exchange(route.post(request.url(), verbatim(request.url())).keepAlive(again));
        } catch (RuntimeException | IOException e) {
            // a connection that was kept may have been closed by the endpoint just before: that says nothing of the
            // endpoint
            if (again && !FreshConnection.made() && head().isEmpty() && cause(e) == Cause.CUT_OFF) {
                exchange(false);
                return;
            }
            throw e;
        }
    }

    private void exchange(HttpClientRequest post) throws IOException {
        post.skipUriEncoding(true).readTimeout(request.limit());
        request.headers().forEach((name, value) -> post.header(HeaderNames.create(name), value));
        try (HttpClientResponse response = post.submit(request.body())) {
            arrived(response);
            if (response.entity().hasEntity()) {
                keep(response.inputStream());
            }
        }
    }

    /** The client would decode the path and the query and encode them in its own way, or not at all: what signs URLs would not agree. */
    private static ClientUri verbatim(URI url) {
        ClientUri same = ClientUri.create()
                .scheme(url.getScheme())
                .host(url.getHost())
                .skipUriEncoding(true)
                .path(url.getRawPath());
        if (url.getPort() >= 0) {
            same.port(url.getPort());
        }
        String query = url.getRawQuery();
        if (query != null) {
            int end = query.indexOf('=');
            same.writeableQuery()
                    .set(end < 0 ? query : query.substring(0, end), end < 0 ? "" : query.substring(end + 1));
        }
        return same;
    }

    private void keep(InputStream stream) throws IOException {
        byte[] buffer = new byte[4096];
        int kept = 0;
        for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
            int wanted = Math.min(read, request.kept() - kept);
            synchronized (this) {
                body.write(buffer, 0, wanted);
            }
            kept += wanted;
            if (wanted < read) {
                // closing would read what comes, as long as it comes
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized void arrived(HttpClientResponse response) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.headers()) {
            headers.putIfAbsent(header.name(), header.get());
        }
        head = Optional.of(new Head(response.status().code(), headers));
    }

    private synchronized Optional<Head> head() {
        return head;
    }

    private synchronized void failed(Exception e) {
        Cause cause = cause(e);
        failure = Optional.of(new Delivered.Unanswered(cause, sentence(cause, e), took()));
    }

    private synchronized Delivered outcome() {
        return answered().or(() -> failure).orElseGet(this::timedOut);
    }

    private synchronized Delivered overdue() {
        return answered().orElseGet(this::timedOut);
    }

    private Delivered timedOut() {
        return new Delivered.Unanswered(Cause.TIMED_OUT, sentence(Cause.TIMED_OUT, null), took());
    }

    private Optional<Delivered> answered() {
        return head.map(known -> new Delivered.Answered(known.status(), known.headers(), body.toByteArray(), took()));
    }

    private Duration took() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** The client wraps what happens to its connection in exceptions of many kinds. */
    private static Cause cause(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            Cause known = known(e);
            if (known != null) {
                return known;
            }
        }
        return failure instanceof UncheckedIOException || failure instanceof IOException
                ? Cause.CUT_OFF
                : Cause.MALFORMED;
    }

    private static Cause known(Throwable e) {
        return switch (e) {
            case UnknownServerException unknown -> Cause.UNKNOWN_SERVER;
            case NoServerException none -> Cause.UNKNOWN_SERVER;
            case ForbiddenAddressException forbidden -> Cause.FORBIDDEN;
            case PlainHttpException plain -> Cause.FORBIDDEN;
            case SocketTimeoutException late -> Cause.TIMED_OUT;
            case ConnectException refused -> Cause.UNREACHABLE;
            case NoRouteToHostException unreachable -> Cause.UNREACHABLE;
            case SSLException untrusted -> Cause.UNTRUSTED;
            case SocketException cut -> Cause.CUT_OFF;
            case EOFException cut -> Cause.CUT_OFF;
            case DataReader.InsufficientDataAvailableException cut -> Cause.CUT_OFF;
            default -> null;
        };
    }

    private String sentence(Cause cause, Exception e) {
        String host = request.url().getHost();
        return switch (cause) {
            case UNKNOWN_SERVER, FORBIDDEN -> e.getMessage();
            case UNREACHABLE -> "%s could not be reached: %s.".formatted(host, innermost(e));
            case TIMED_OUT ->
                "%s did not answer within %d s."
                        .formatted(host, Math.max(1, request.limit().toSeconds()));
            case UNTRUSTED ->
                "%s could not prove who it is (%s). Its certificate must be valid, for that name, and from an authority that is generally known."
                        .formatted(host, innermost(e));
            case CUT_OFF -> "%s closed the connection before it answered.".formatted(host);
            case MALFORMED ->
                "%s answered with something that is not HTTP, or too large: %s.".formatted(host, innermost(e));
        };
    }

    private static String innermost(Throwable failure) {
        Throwable e = failure;
        while (e.getCause() != null) {
            e = e.getCause();
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.replaceAll("\\s+", " ").replaceFirst("\\.$", "");
    }
}
