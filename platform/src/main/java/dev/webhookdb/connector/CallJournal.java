package dev.webhookdb.connector;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers beyond the end of the process which calls into connectors are running, so that the next start can name the connector that
 * ended it: by {@code System.exit} or {@code Runtime.halt}, which cannot be forbidden, or by taking the last of the memory.
 *
 * <p>The file is mapped into memory: to write an entry costs no system call, and what is written outlives the process, however it
 * ends. Entries beyond {@link #SLOTS} are not remembered. Safe for use by many threads.
 */
final class CallJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallJournal.class);
    private static final int SLOTS = 256;
    private static final int WIDTH = 256;
    private static final int NOT_REMEMBERED = -1;

    private final Path file;
    private final FileChannel channel;
    private final MappedByteBuffer slots;
    private final AtomicIntegerArray taken = new AtomicIntegerArray(SLOTS);
    private final List<String> found;
    private boolean exited;

    private CallJournal(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.found = channel.size() < (long) SLOTS * WIDTH ? List.of() : entries(map(channel));
        this.slots = map(channel);
        for (int slot = 0; slot < SLOTS; slot++) {
            end(slot);
        }
    }

    /** Opens a journal, unless there can be none or another host in the same directory has it: that is no reason not to start. */
    static Optional<CallJournal> open(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            var channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new CallJournal(file, channel));
        } catch (IOException | OverlappingFileLockException e) {
            LOG.warn("Calls into connectors are not written down in {}: {}", file, e.toString());
            return Optional.empty();
        }
    }

    private static MappedByteBuffer map(FileChannel channel) throws IOException {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) SLOTS * WIDTH);
    }

    private static List<String> entries(MappedByteBuffer slots) {
        List<String> entries = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            int length = Math.min(Byte.toUnsignedInt(slots.get(slot * WIDTH)), WIDTH - 1);
            if (length > 0) {
                byte[] text = new byte[length];
                slots.get(slot * WIDTH + 1, text);
                entries.add(new String(text, StandardCharsets.UTF_8));
            }
        }
        return List.copyOf(entries);
    }

    /** Returns which calls were running when the process before this one ended without closing the journal. */
    List<String> found() {
        return found;
    }

    /** Returns what a call is remembered as, in the form that {@link #begin} takes. */
    static byte[] entry(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length < WIDTH ? bytes : Arrays.copyOf(bytes, WIDTH - 1);
    }

    /** Remembers a call; returns what {@link #end} takes. */
    int begin(byte[] entry) {
        int first = (int) (Thread.currentThread().threadId() % SLOTS);
        for (int i = 0; i < SLOTS; i++) {
            int slot = (first + i) % SLOTS;
            if (taken.compareAndSet(slot, 0, 1)) {
                slots.put(slot * WIDTH + 1, entry);
                slots.put(slot * WIDTH, (byte) entry.length);
                return slot;
            }
        }
        return NOT_REMEMBERED;
    }

    /** Forgets a call. */
    void end(int slot) {
        if (slot != NOT_REMEMBERED) {
            slots.put(slot * WIDTH, (byte) 0);
            taken.set(slot, 0);
        }
    }

    /**
     * Finds out whether a connector's code is what ends the process: the thread that does so waits, with its stack as it was, until
     * everything else has stopped. What is found stays in the journal when it is closed.
     *
     * @param running the threads of running calls, which may be virtual, and what each is remembered as
     */
    synchronized void exiting(Map<Thread, byte[]> running) {
        if (exited) {
            return;
        }
        running.forEach((thread, entry) -> {
            if (isExiting(thread.getStackTrace())) {
                exited = true;
                LOG.error(
                        "The host is stopped by the code of a connector, which calls System.exit: {}",
                        new String(entry, StandardCharsets.UTF_8));
            }
        });
    }

    private static boolean isExiting(StackTraceElement[] trace) {
        for (StackTraceElement element : trace) {
            if (element.getClassName().equals("java.lang.Runtime")
                    && element.getMethodName().equals("exit")) {
                return true;
            }
        }
        return false;
    }

    /** Forgets everything and gives the file back; after an exit by a connector the file stays as it is for the next start. */
    @Override
    public synchronized void close() {
        try {
            if (!exited) {
                for (int slot = 0; slot < SLOTS; slot++) {
                    end(slot);
                }
                Files.deleteIfExists(file);
            }
            channel.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", file, e.toString());
        }
    }
}
