package dev.webhookdb.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal to which nobody appends any more: an earlier run of this host left it, or it was copied here from a host that does not come
 * back. It is locked until it is closed. For use by one thread at a time.
 */
public final class Abandoned implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Abandoned.class);
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Path directory;
    private final FileChannel lock;
    private final JournalReader reader;

    private Abandoned(Path directory, FileChannel lock, JournalReader reader) {
        this.directory = directory;
        this.lock = lock;
        this.reader = reader;
    }

    /**
     * Returns the journals in which something may be, the one that was begun first at the beginning.
     *
     * @param parent where journals are; it need not be there
     * @throws JournalException if it cannot be read
     */
    public static List<Path> in(Path parent) {
        List<Path> found = new ArrayList<>();
        try {
            if (Files.isDirectory(parent)) {
                for (Path directory : Segments.files(parent)) {
                    if (NAME.matcher(directory.getFileName().toString()).matches()
                            && !Segments.in(directory).isEmpty()) {
                        found.add(directory);
                    }
                }
            }
            return found.stream().sorted().toList();
        } catch (IOException e) {
            throw new JournalException("%s cannot be read: %s.".formatted(parent, Journal.reason(e)), e);
        }
    }

    /** Returns how many bytes the segments of a journal take, without those that were set aside. */
    public static long bytes(Path directory) {
        try {
            long bytes = 0;
            for (Path segment : Segments.in(directory).values()) {
                bytes += Files.size(segment);
            }
            return bytes;
        } catch (IOException e) {
            // it was read to its end and deleted meanwhile
            LOG.debug("{} cannot be measured", directory, e);
            return 0;
        }
    }

    /** Returns the segments that were set aside, of all journals of a directory. */
    public static List<Path> setAside(Path parent) {
        List<Path> aside = new ArrayList<>();
        try {
            if (Files.isDirectory(parent)) {
                for (Path directory : Segments.files(parent)) {
                    if (Files.isDirectory(directory)) {
                        Segments.files(directory).stream()
                                .filter(Segments::isAside)
                                .forEach(aside::add);
                    }
                }
            }
            return List.copyOf(aside);
        } catch (IOException e) {
            throw new JournalException("%s cannot be read: %s.".formatted(parent, Journal.reason(e)), e);
        }
    }

    /**
     * Takes a journal, unless a host that lives has it.
     *
     * @throws JournalException if it is not this installation's, of a newer version, or cannot be read
     */
    public static Optional<Abandoned> claim(Path directory, UUID installation) {
        try {
            FileChannel lock = OwnerOnly.open(
                    directory.resolve(Segments.LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (lock.tryLock() == null) {
                    lock.close();
                    return Optional.empty();
                }
                return Optional.of(new Abandoned(directory, lock, JournalReader.of(directory, installation)));
            } catch (OverlappingFileLockException e) {
                LOG.trace("{} is this process's own", directory, e);
                lock.close();
                return Optional.empty();
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new JournalException("The journal %s cannot be read: %s.".formatted(directory, Journal.reason(e)), e);
        }
    }

    /** Reads it. */
    public JournalReader reader() {
        return reader;
    }

    /** Returns where it is. */
    public Path directory() {
        return directory;
    }

    /**
     * Deletes the segments before a position.
     *
     * @param isLast whether nothing follows, so that nothing of it is needed any more
     */
    public void release(Position upTo, boolean isLast) {
        try {
            for (var segment : Segments.in(directory).entrySet()) {
                if (isLast || segment.getKey() < upTo.segment()) {
                    Files.delete(segment.getValue());
                }
            }
            if (isLast) {
                delete(directory);
            }
        } catch (IOException e) {
            throw new JournalException(
                    "Segments of the journal %s that are not needed any more cannot be deleted: %s. Give the server's user the right to."
                            .formatted(directory, Journal.reason(e)),
                    e);
        }
    }

    /** Deletes a directory that has no segments any more, unless some were set aside. */
    static void delete(Path directory) throws IOException {
        if (Segments.files(directory).stream().noneMatch(Segments::isAside)) {
            Files.deleteIfExists(directory.resolve(Segments.LOCK));
            Files.deleteIfExists(directory);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("The lock of {} was not closed as it should be", directory, e);
        }
    }
}
