package dev.webhookdb.spi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A webhook exactly as it arrived. */
public final class Request {
    private final Instant receivedAt;
    private final String method;
    private final String url;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    private Request(Instant receivedAt, String method, String url, Map<String, List<String>> headers, byte[] body) {
        this.receivedAt = receivedAt;
        this.method = method;
        this.url = url;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Describes a request.
     *
     * @param url the full public URL that the provider called, with its query, as the provider wrote it
     * @param headers values by header name in lower case
     * @param body the bytes of the body; not copied, so leave them alone afterwards
     */
    public static Request of(
            Instant receivedAt, String method, String url, Map<String, List<String>> headers, byte[] body) {
        return new Request(receivedAt, method, url, Map.copyOf(headers), body);
    }

    /** Returns when the request arrived, by the platform's clock. */
    public Instant receivedAt() {
        return receivedAt;
    }

    /** Returns the method, in upper case. */
    public String method() {
        return method;
    }

    /** Returns the full public URL, with its query. */
    public String url() {
        return url;
    }

    /** Returns the first value of a header, whatever the case of its name. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /** Returns all headers, by name in lower case. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** Returns the body's exact bytes, read-only: what signatures cover. */
    public ByteBuffer body() {
        return ByteBuffer.wrap(body).asReadOnlyBuffer();
    }

    /** Returns the body as UTF-8 text; bytes that are none become U+FFFD. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Request[%s, %d bytes]".formatted(method, body.length);
    }
}
