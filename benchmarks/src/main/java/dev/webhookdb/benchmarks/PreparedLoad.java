package dev.webhookdb.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Posts requests that were made and signed before, from one thread over many connections, one request at a time on each: about ten
 * microseconds of processor time for each, so that the host and PostgreSQL have nearly all of a small machine to themselves.
 */
final class PreparedLoad implements AutoCloseable {
    private static final byte[] ACCEPTED = "HTTP/1.1 202 ".getBytes(StandardCharsets.US_ASCII);

    /** How every answer ends. */
    private static final byte[] END = "{\"o\":\"k\"}".getBytes(StandardCharsets.US_ASCII);

    private static final int LARGEST_ANSWER = 2_048;

    private final int port;
    private final Path file;
    private final FileChannel requests;
    private final long[] ends;
    private final long[] latencies;
    private int next;
    private int answered;

    /** @param ends where each request ends in the file; the first begins at 0 */
    private PreparedLoad(int port, Path file, FileChannel requests, long[] ends) {
        this.port = port;
        this.file = file;
        this.requests = requests;
        this.ends = ends;
        this.latencies = new long[ends.length];
    }

    /**
     * Makes requests. They are in a file, which the operating system keeps in memory as far as it has some: three kilobytes for each.
     *
     * @param first the number of the first event
     */
    static PreparedLoad of(HttpLoad load, Path directory, long first, int count) throws IOException {
        Path file = Files.createTempFile(directory, "requests", "");
        long[] ends = new long[count];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            Iterator<byte[]> made = load.requests(first, count).iterator();
            for (int i = 0; i < count; i++) {
                byte[] request = made.next();
                out.write(request);
                ends[i] = request.length + (i == 0 ? 0 : ends[i - 1]);
            }
        }
        return new PreparedLoad(load.port(), file, FileChannel.open(file, StandardOpenOption.READ), ends);
    }

    /**
     * Posts until the time is over or all were posted, and waits for the answers.
     *
     * @return how many were acknowledged
     * @throws IllegalStateException if one was not
     */
    long run(int connections, long nanoseconds) throws IOException {
        long end = System.nanoTime() + nanoseconds;
        int first = next;
        try (Selector selector = Selector.open()) {
            List<Sender> senders = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                senders.add(new Sender(selector));
            }
            int busy = 0;
            for (Sender sender : senders) {
                busy += sender.begin(end) ? 1 : 0;
            }
            while (busy > 0) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    busy -= ((Sender) key.attachment()).goOn(end) ? 0 : 1;
                }
                selector.selectedKeys().clear();
            }
            for (Sender sender : senders) {
                sender.channel.close();
            }
        }
        return (long) next - first;
    }

    /** Returns how long each answer took, from the first byte of the request to the last of the answer, in nanoseconds, sorted. */
    long[] latencies() {
        long[] sorted = Arrays.copyOf(latencies, answered);
        Arrays.sort(sorted);
        return sorted;
    }

    @Override
    public void close() {
        try {
            requests.close();
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection. */
    private final class Sender {
        private final SocketChannel channel;
        private final SelectionKey key;
        private final ByteBuffer answer = ByteBuffer.allocateDirect(LARGEST_ANSWER);
        private final ByteBuffer request = ByteBuffer.allocateDirect(1 << 16);
        private long begun;

        Sender(Selector selector) throws IOException {
            this.channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            this.key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        /** Posts the next request; returns false if there is none, or the time is over. */
        boolean begin(long end) throws IOException {
            if (next == ends.length || System.nanoTime() >= end) {
                return false;
            }
            long from = next == 0 ? 0 : ends[next - 1];
            request.clear().limit(Math.toIntExact(ends[next] - from));
            next++;
            requests.read(request, from);
            request.flip();
            begun = System.nanoTime();
            write();
            return true;
        }

        private void write() throws IOException {
            channel.write(request);
            key.interestOps(request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }

        /** Writes or reads what is ready, and posts the next request after an answer; returns false if there is none. */
        boolean goOn(long end) throws IOException {
            if (request.hasRemaining()) {
                write();
                return true;
            }
            if (channel.read(answer) < 0) {
                throw new IllegalStateException("The connection was closed");
            }
            if (!isWhole()) {
                return true;
            }
            answer.clear();
            latencies[answered++] = System.nanoTime() - begun;
            return begin(end);
        }

        private boolean isWhole() {
            int length = answer.position();
            if (length >= ACCEPTED.length && !holds(0, ACCEPTED)) {
                byte[] told = new byte[length];
                answer.get(0, told);
                throw new IllegalStateException(
                        "An event was answered with " + new String(told, StandardCharsets.US_ASCII));
            }
            return length > ACCEPTED.length + END.length && holds(length - END.length, END);
        }

        private boolean holds(int at, byte[] wanted) {
            byte[] there = new byte[wanted.length];
            answer.get(at, there);
            return Arrays.equals(there, wanted);
        }
    }
}
