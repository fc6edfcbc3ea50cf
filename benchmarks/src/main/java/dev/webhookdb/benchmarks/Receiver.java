package dev.webhookdb.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Takes events and answers at once, or never; with as little of a server in the way as possible. */
final class Receiver implements AutoCloseable {
    private static final byte[] OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BACKLOG = 256;

    private final ServerSocket server;
    private final Taker taker;
    private final boolean answers;

    /** Is given every body; called by many threads. */
    @FunctionalInterface
    interface Taker {
        void take(String path, byte[] body);
    }

    private Receiver(Taker taker, boolean answers) {
        try {
            this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        this.taker = taker;
        this.answers = answers;
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers whatever comes. */
    static Receiver instant(Taker taker) {
        return new Receiver(taker, true);
    }

    /** Takes connections and never answers. */
    static Receiver dead() {
        return new Receiver((path, body) -> {}, false);
    }

    /** Returns where it listens. */
    String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(server.getLocalPort(), path);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
            for (String first = line(in); !first.isEmpty(); first = line(in)) {
                byte[] body = in.readNBytes(length(in));
                if (answers) {
                    taker.take(first.split(" ", 3)[1], body);
                    socket.getOutputStream().write(OK);
                }
            }
        } catch (IOException e) {
            // the sender is gone, or ended
            return;
        }
    }

    private static int length(InputStream in) throws IOException {
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        return length;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder(64);
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
