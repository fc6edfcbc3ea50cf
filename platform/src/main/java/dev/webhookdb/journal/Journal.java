package dev.webhookdb.journal;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one run of a host: a directory of segments to which records are appended, many with one {@code fsync}. Thread-safe.
 *
 * <p>Callers put their record into a queue and wait; one thread writes whatever has queued up, and has the disk keep it before anybody is
 * told. A failed write is cut off again, and what comes next is written to a new segment: after an {@code fsync} that failed nobody knows
 * what of the file is on the disk.
 *
 * <p>Every run has a journal of its own, made with the first record, and locked as long as the run lasts. What an earlier run left is read
 * by the next one just like what another host left, so that there is one way in which a journal is read after a crash.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final long SEGMENT = 64L << 20;
    private static final int MOST_PER_WRITE = 1_024;
    private static final long MOST_BYTES_PER_WRITE = 8 << 20;

    private static final Duration TO_STOP = Duration.ofSeconds(5);

    private final Path parent;
    private final Path directory;
    private final UUID installation;
    private final UUID id = TimedId.next();
    private final long most;
    private final long segmentBytes;
    private final LongSupplier others;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final BackgroundTask writer;
    private final Object files = new Object();

    private FileChannel lock;
    private FileChannel segment;
    private int number;
    private long size;
    private long finished;
    private volatile Position durable = Position.START;
    private volatile boolean closing;
    private volatile long bytes;

    private Journal(
            Path parent, UUID installation, long most, long segmentBytes, LongSupplier others, BackgroundTasks tasks) {
        this.parent = parent;
        this.directory = parent.resolve(id.toString());
        this.installation = installation;
        this.most = most;
        this.segmentBytes = segmentBytes;
        this.others = others;
        this.writer = tasks.startApart("journal", Duration.ZERO, this::writeNext);
    }

    /**
     * Begins a journal, of which there are no files before the first record.
     *
     * @param parent where all journals are; made if it is not there
     * @param installation whose records they will be
     * @param most how many bytes this journal and the others may take
     * @param others how many bytes the others take
     * @throws JournalException if the directory cannot be made
     */
    public static Journal begin(Path parent, UUID installation, long most, LongSupplier others, BackgroundTasks tasks) {
        return begin(parent, installation, most, SEGMENT, others, tasks);
    }

    /** @param segmentBytes after how many a new segment begins */
    static Journal begin(
            Path parent, UUID installation, long most, long segmentBytes, LongSupplier others, BackgroundTasks tasks) {
        try {
            OwnerOnly.directories(parent);
            if (!Files.isWritable(parent)) {
                throw new IOException("it may not be written to");
            }
        } catch (IOException e) {
            throw new JournalException(
                    "The directory %s cannot be used: %s. Give the server's user the right to write there, or set ingest.journal to off."
                            .formatted(parent, reason(e)),
                    e);
        }
        return new Journal(parent, installation, most, segmentBytes, others, tasks);
    }

    /** Returns what it is called, everywhere and for ever. */
    public UUID id() {
        return id;
    }

    /** Returns where its segments are, or will be. */
    public Path directory() {
        return directory;
    }

    /** Returns the end of what is on the disk. */
    public Position durable() {
        return durable;
    }

    /** Returns how many bytes it takes now. */
    public long bytes() {
        return bytes;
    }

    /**
     * Appends a record. Returns when it is on the disk.
     *
     * @param patience how long to wait for that; what is given up may be in the journal all the same
     * @param parts its content, one after the other; left as they are
     * @throws JournalException if it is not there by then: the disk is full, broken or slow, or the journal has as much as it may
     */
    public void append(Duration patience, ByteBuffer... parts) {
        var waiting = new Waiting(parts, new CompletableFuture<>());
        queue.add(waiting);
        if (closing && queue.remove(waiting)) {
            throw new JournalException("The host is stopping.");
        }
        try {
            waiting.written().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            waiting.written().cancel(false);
            throw new JournalException(
                    "The disk of %s did not write within %d ms.".formatted(parent, patience.toMillis()), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof JournalException refused
                    ? refused
                    : new JournalException(
                            "The journal in %s could not be written: %s"
                                    .formatted(parent, e.getCause().getMessage()),
                            e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("The host is stopping.", e);
        }
    }

    /**
     * Deletes the segments before a position, and the one it is in when nothing follows it there.
     *
     * @param upTo what is before it is needed no more
     */
    public void release(Position upTo) {
        synchronized (files) {
            if (lock == null) {
                return;
            }
            try {
                for (var entry : Segments.in(directory)
                        .headMap(upTo.segment(), segment == null && upTo.equals(durable))
                        .entrySet()) {
                    finished -= Files.size(entry.getValue());
                    Files.delete(entry.getValue());
                }
                if (segment != null && upTo.equals(durable)) {
                    segment.close();
                    segment = null;
                    Files.delete(Segments.of(directory, number));
                    size = 0;
                }
            } catch (IOException e) {
                // what was drained and is still there is skipped when it is read again
                LOG.warn(
                        "Segments of the journal {} that are not needed any more stay there: {}",
                        directory,
                        e.toString());
            }
            bytes = finished + size;
        }
    }

    /** Writes what was appended, and lets others have the journal. Its files are deleted if nothing is in them. */
    @Override
    public void close() {
        closing = true;
        writer.close(TO_STOP);
        synchronized (files) {
            while (!queue.isEmpty()) {
                write(List.of(queue.remove()));
            }
            try {
                closeSegment();
                if (lock != null) {
                    if (Segments.in(directory).isEmpty()) {
                        Abandoned.delete(directory);
                    }
                    lock.close();
                    lock = null;
                }
            } catch (IOException e) {
                LOG.warn("The journal {} was not closed as it should be: {}", directory, e.toString());
            }
        }
    }

    private void writeNext() {
        try {
            List<Waiting> batch = new ArrayList<>();
            long taken = 0;
            Waiting next = queue.poll(100, TimeUnit.MILLISECONDS);
            while (next != null) {
                batch.add(next);
                taken += next.length();
                next = batch.size() < MOST_PER_WRITE && taken < MOST_BYTES_PER_WRITE ? queue.poll() : null;
            }
            if (!batch.isEmpty()) {
                synchronized (files) {
                    write(batch);
                }
            }
        } catch (InterruptedException e) {
            // whoever meant to stop this says so otherwise
            LOG.warn("The journal's thread was interrupted and goes on", e);
        }
    }

    private void write(List<Waiting> batch) {
        List<Waiting> written = new ArrayList<>();
        try {
            List<ByteBuffer> buffers = new ArrayList<>();
            openSegment();
            long end = size;
            for (Waiting waiting : batch) {
                long record = Format.HEAD + waiting.length();
                if (waiting.written().isDone()) {
                    continue;
                }
                if (others.getAsLong() + finished + end + record > most) {
                    waiting.written().completeExceptionally(full());
                    continue;
                }
                buffers.add(Format.head(id, new Position(number, end), waiting.parts()));
                for (ByteBuffer part : waiting.parts()) {
                    buffers.add(part.duplicate());
                }
                end += record;
                written.add(waiting);
            }
            writeFully(buffers);
            segment.force(false);
            size = end;
            durable = new Position(number, size);
            bytes = finished + size;
            written.forEach(waiting -> waiting.written().complete(null));
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} records could not be written to the journal {}", batch.size(), directory, e);
            abandonSegment();
            batch.forEach(waiting -> waiting.written()
                    .completeExceptionally(new JournalException(
                            "The journal %s could not be written: %s.".formatted(directory, reason(e)), e)));
        }
    }

    private JournalException full() {
        return new JournalException("The journals in %s take %d MiB and may not take more (ingest.journal-max)."
                .formatted(parent, most >> 20));
    }

    private void writeFully(List<ByteBuffer> buffers) throws IOException {
        ByteBuffer[] all = buffers.toArray(ByteBuffer[]::new);
        int first = 0;
        while (first < all.length) {
            segment.write(all, first, all.length - first);
            while (first < all.length && !all[first].hasRemaining()) {
                first++;
            }
        }
    }

    private void openSegment() throws IOException {
        if (segment != null && size >= segmentBytes) {
            closeSegment();
        }
        if (segment != null) {
            return;
        }
        if (lock == null) {
            lock = made();
        }
        number++;
        segment =
                OwnerOnly.open(Segments.of(directory, number), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        writeFully(List.of(Format.header(installation, id)));
        size = Format.HEADER;
        OwnerOnly.force(directory);
    }

    /** Under another name until it is locked, because others take what is not. */
    private FileChannel made() throws IOException {
        Path hidden = parent.resolve("." + id);
        OwnerOnly.directories(hidden);
        FileChannel channel =
                OwnerOnly.open(hidden.resolve(Segments.LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            throw new IOException("it is locked by another process");
        }
        Files.move(hidden, directory, StandardCopyOption.ATOMIC_MOVE);
        OwnerOnly.force(parent);
        return channel;
    }

    private void closeSegment() throws IOException {
        if (segment != null) {
            segment.close();
            segment = null;
            finished += size;
            size = 0;
        }
    }

    /** Cuts off what nobody was told of, and leaves the file as it is then, if there is anything in it. */
    private void abandonSegment() {
        if (segment == null) {
            return;
        }
        try {
            if (size <= Format.HEADER) {
                size = 0;
                Files.delete(Segments.of(directory, number));
            } else {
                segment.truncate(size);
            }
        } catch (IOException e) {
            LOG.warn(
                    "What could not be written completely stays at the end of {}: {}",
                    Segments.of(directory, number),
                    e.toString());
        }
        try {
            closeSegment();
        } catch (IOException e) {
            LOG.warn("{} was not closed as it should be: {}", Segments.of(directory, number), e.toString());
        }
    }

    static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** A record whose sender waits. */
    @SuppressWarnings("ArrayRecordComponent") // written once, and never compared
    private record Waiting(ByteBuffer[] parts, CompletableFuture<Void> written) {
        private long length() {
            long length = 0;
            for (ByteBuffer part : parts) {
                length += part.remaining();
            }
            return length;
        }
    }
}
