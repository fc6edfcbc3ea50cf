package dev.webhookdb.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Posts events over connections that are kept open, one request at a time on each, with as little of a client in the way as possible:
 * it shares the machine with what is measured.
 */
final class HttpLoad {
    private final int port;
    private final String path;
    private final String secret;
    private final String run;

    HttpLoad(int port, String path, String secret, String run) {
        this.port = port;
        this.path = path;
        this.secret = secret;
        this.run = run;
    }

    /** Called before an event is sent, with its number; waits, for a steady rate or for those before, or ends the run. */
    @FunctionalInterface
    interface Pace extends LongPredicate {}

    /**
     * Posts events with the numbers from {@code first} up, until the pace says no.
     *
     * @return how many were acknowledged
     * @throws IllegalStateException if one was not
     */
    long run(int connections, long first, Pace pace) {
        return run(connections, first, pace, number -> {});
    }

    /**
     * Does the same, and tells of each event that was acknowledged.
     *
     * @param answered is given its number, by several threads
     */
    long run(int connections, long first, Pace pace, LongConsumer answered) {
        var next = new AtomicLong(first);
        var acknowledged = new AtomicLong();
        var failure = new AtomicReference<Exception>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    drive(next, acknowledged, pace, answered);
                } catch (IOException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("A connection failed", failure.get());
        }
        return acknowledged.get();
    }

    private void drive(AtomicLong next, AtomicLong acknowledged, Pace pace, LongConsumer answered) throws IOException {
        var events = new Events(secret, run);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 4096);
            OutputStream out = socket.getOutputStream();
            while (true) {
                long number = next.getAndIncrement();
                if (!pace.test(number)) {
                    return;
                }
                byte[] body = events.body(number);
                out.write(request(body, events.signature(body)));
                int status = status(in);
                if (status != 202) {
                    throw new IOException("An event was answered with " + status);
                }
                acknowledged.incrementAndGet();
                answered.accept(number);
            }
        }
    }

    /** Returns the requests about the events with the numbers from {@code first} up. */
    Stream<byte[]> requests(long first, int count) {
        var events = new Events(secret, run);
        return LongStream.range(first, first + count).mapToObj(number -> {
            byte[] body = events.body(number);
            return request(body, events.signature(body));
        });
    }

    int port() {
        return port;
    }

    private byte[] request(byte[] body, String signature) {
        byte[] head = """
                POST %s HTTP/1.1\r
                Host: 127.0.0.1:%d\r
                User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r
                Accept: */*; q=0.5, application/xml\r
                Cache-Control: no-cache\r
                Content-Type: application/json; charset=utf-8\r
                Content-Length: %d\r
                Stripe-Signature: %s\r
                \r
                """.formatted(path, port, body.length, signature).getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    private static int status(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).substring(9, 12));
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return status;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("The connection was closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
