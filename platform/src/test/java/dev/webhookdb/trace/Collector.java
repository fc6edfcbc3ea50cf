package dev.webhookdb.trace;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** Takes traces as a real collector does: OTLP over HTTP, in protocol buffers. Thread-safe. */
public final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final List<CollectedSpan> spans = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    private final List<String> everything = new CopyOnWriteArrayList<>();
    private volatile int status = 200;

    /** Takes everything, until it is told otherwise. */
    public Collector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /** Returns its address, without the path of traces. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on it answers so, and keeps only what it answers with 200. */
    public void answering(int code) {
        status = code;
    }

    /** What came so far. */
    public List<CollectedSpan> spans() {
        return List.copyOf(spans);
    }

    /** The headers of each request so far. */
    public List<Map<String, String>> headers() {
        return List.copyOf(headers);
    }

    /** The bytes of all requests, one character for each. */
    public String everything() {
        return String.join("", everything);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> sent.put(name, values.getFirst()));
            byte[] body = body(exchange, sent);
            if (status == 200) {
                everything.add(new String(body, StandardCharsets.ISO_8859_1));
                headers.add(sent);
                spans.addAll(CollectedSpan.read(body));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static byte[] body(HttpExchange exchange, Map<String, String> sent) throws IOException {
        boolean zipped = "gzip".equals(sent.get("content-encoding"));
        try (InputStream in = zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            return in.readAllBytes();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
