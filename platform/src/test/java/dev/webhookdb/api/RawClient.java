package dev.webhookdb.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Sends whatever bytes it is told, and tells what comes back. */
public final class RawClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Socket socket;

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    /** Connects. */
    public static RawClient to(int port) {
        return to(port, 0);
    }

    /** Connects with a receive buffer of that many bytes; 0 is the system's own idea. */
    public static RawClient to(int port, int receiveBuffer) {
        try {
            var socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a text, whose characters are bytes. */
    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes. */
    public RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says that nothing more is sent. */
    public RawClient finish() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the other side closes. */
    public String rest() {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one answer whose length is in its header; an interim answer is one, too. */
    public Answer answer() {
        try {
            InputStream in = socket.getInputStream();
            var head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("The answer ended after: " + head);
                }
                head.write(next);
            }
            var answer = new Answer(head.toString(StandardCharsets.ISO_8859_1), "");
            return new Answer(answer.head(), new String(in.readNBytes(answer.length()), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the other side has closed, which is waited for. */
    public boolean isClosed() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            // reset is closed, too
            return !(e instanceof java.net.SocketTimeoutException);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer; its characters are bytes. */
    public record Answer(String head, String body) {
        /** Its status. */
        public int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        private int length() {
            String lower = head.toLowerCase(Locale.ROOT);
            int at = lower.indexOf("content-length: ");
            return at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
        }
    }
}
