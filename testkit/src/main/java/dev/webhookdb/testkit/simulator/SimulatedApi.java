package dev.webhookdb.testkit.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A provider's API over HTTP on a port of the loopback interface, with the faults that every provider has now and then.
 *
 * <p>A provider says who is authorized, what is answered, and what its errors look like; {@code start} it when it is complete. The
 * {@code Date} header is the machine's clock, which the JDK's server does not let anyone change: a test that depends on the header lets
 * the simulated history end at the present. Thread-safe.
 */
public abstract class SimulatedApi implements AutoCloseable {
    private static final Reply HTML_PAGE =
            Reply.html(200, "<!doctype html><title>Maintenance</title><p>We will be back soon.");
    private static final int KEPT_CALLS = 100_000;

    static {
        // Else the kernel holds a small answer back until the caller has acknowledged its headers: 40 ms for each page.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Faults faults = new Faults();
    private final List<Call> calls = new ArrayList<>();
    private int requests;

    /** @param port 0 stands for any free one */
    SimulatedApi(int port) {
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Port " + port + " of the loopback interface cannot be had: choose another.", e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    /** Whether the caller presents the credentials. */
    abstract boolean authorized(Call call);

    /** The answer to an authorized call. */
    abstract Reply answer(Call call);

    /** The provider's own answer with a status of 400 or more. */
    abstract Reply error(int status);

    final void start() {
        server.start();
    }

    /** What to use instead of the provider's own address; without a slash at its end. */
    public final URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What goes wrong from now on. */
    public final Faults faults() {
        return faults;
    }

    /** How many requests have come in, also the refused ones. */
    public final int requests() {
        synchronized (calls) {
            return requests;
        }
    }

    /** The requests that have come in, also the refused ones, in their order; of very many, the first. */
    public final List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    @Override
    public final void close() {
        server.stop(0);
        threads.close();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = Call.of(exchange);
            record(call);
            Optional<Fault> fault = faults.draw(System.nanoTime());
            pause();
            if (fault.isPresent()) {
                fail(exchange, call, fault.get());
            } else {
                send(exchange, right(call));
            }
        }
    }

    private void record(Call call) {
        synchronized (calls) {
            requests++;
            if (calls.size() < KEPT_CALLS) {
                calls.add(call);
            }
        }
    }

    private Reply right(Call call) {
        return authorized(call) ? answer(call) : error(401);
    }

    private void fail(HttpExchange exchange, Call call, Fault fault) throws IOException {
        switch (fault) {
            case Fault.Status(int status, Optional<String> retryAfter) -> {
                Reply error = error(status);
                send(
                        exchange,
                        retryAfter
                                .map(when -> error.header("Retry-After", when))
                                .orElse(error));
            }
            case Fault.HtmlPage() -> send(exchange, HTML_PAGE);
            case Fault.HalfAnswer() -> {
                Reply whole = right(call);
                byte[] body = whole.bytes();
                whole.headers().forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(whole.status(), body.length);
                exchange.getResponseBody().write(body, 0, body.length / 2);
                exchange.getResponseBody().flush();
            }
            case Fault.NoAnswer() -> exchange.close();
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.bytes();
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private void pause() {
        try {
            Thread.sleep(faults.latency());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
