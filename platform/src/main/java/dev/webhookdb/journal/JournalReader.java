package dev.webhookdb.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of a journal in order. For use by one thread at a time.
 *
 * <p>What is behind the last good record of the last segment was cut off by a crash: nobody was told that it is kept. Anywhere else, what
 * cannot be read is damage: the log names it, the segment stays under another name ({@code .damaged}), and the records behind it are found
 * by their mark and read all the same.
 */
public final class JournalReader {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);
    private static final int WINDOW = 64 << 10;

    private final Path directory;
    private final UUID journal;
    private final boolean isLive;
    private final Set<Position> told = new HashSet<>();
    private int damaged;

    private JournalReader(Path directory, UUID journal, boolean isLive) {
        this.directory = directory;
        this.journal = journal;
        this.isLive = isLive;
    }

    /** A record, and the position behind it. */
    public record Entry(ByteBuffer content, Position end) {}

    /**
     * Records that follow each other.
     *
     * @param end behind the last one, and behind what could not be read after it
     * @param isLast whether there are no more at the moment
     */
    public record Batch(List<Entry> entries, Position end, boolean isLast) {
        /** Copies the list. */
        public Batch {
            entries = List.copyOf(entries);
        }
    }

    /** Reads the journal to which this process appends. */
    public static JournalReader of(Journal journal) {
        return new JournalReader(journal.directory(), journal.id(), true);
    }

    /**
     * Reads a journal to which nobody appends any more.
     *
     * @throws JournalException if it is not this installation's, or of a newer version
     */
    static JournalReader of(Path directory, UUID installation) throws IOException {
        Optional<Format.Header> header = Optional.empty();
        boolean isEmpty = true;
        for (Path segment : Segments.in(directory).values()) {
            header = header.or(() -> header(segment));
            isEmpty &= Files.size(segment) < Format.HEADER;
        }
        if (header.isEmpty() && !isEmpty) {
            throw new JournalException(
                    "The journal %s is not read, because none of its files says whose it is. Copy it again, or move it away."
                            .formatted(directory));
        }
        header.ifPresent(found -> require(directory, found, installation));
        return new JournalReader(
                directory,
                header.map(Format.Header::journal)
                        .orElseGet(() -> UUID.fromString(directory.getFileName().toString())),
                false);
    }

    private static void require(Path directory, Format.Header header, UUID installation) {
        if (header.version() != Format.VERSION) {
            throw new JournalException(
                    "The journal %s is not read, because another version of webhookdb wrote it (format %d). Start that version on it."
                            .formatted(directory, header.version()));
        }
        if (!header.installation().equals(installation)) {
            throw new JournalException(
                    "The journal %s is not read, because it is of another installation. Hand it to a host of that one, or move it away."
                            .formatted(directory));
        }
    }

    private static Optional<Format.Header> header(Path segment) {
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
            return Format.header(read(channel, 0, Format.HEADER));
        } catch (IOException e) {
            throw new JournalException("%s cannot be read: %s.".formatted(segment, Journal.reason(e)), e);
        }
    }

    /** Returns what the journal is called, whatever its directory is. */
    public UUID journal() {
        return journal;
    }

    /** Returns how many places that cannot be read were found. */
    public int damaged() {
        return damaged;
    }

    /**
     * Reads on.
     *
     * @param limit where what is on the disk for certain ends
     * @param most how many records, and
     * @param bytes how large they may be together; the first is read however large it is
     * @throws JournalException if the disk does not let it be read
     */
    public Batch next(Position from, Position limit, int most, long bytes) {
        var collected = new Collected(from, most, bytes);
        try {
            if (!Files.isDirectory(directory)) {
                return collected.batch(true);
            }
            NavigableMap<Integer, Path> segments =
                    Segments.in(directory).subMap(from.segment(), true, limit.segment(), true);
            for (Map.Entry<Integer, Path> segment : segments.entrySet()) {
                int number = segment.getKey();
                collected.end = number == from.segment() ? from : new Position(number, 0);
                boolean mayBeTorn = !isLive && number == segments.lastKey();
                try (FileChannel channel = FileChannel.open(segment.getValue(), StandardOpenOption.READ)) {
                    long end = number == limit.segment() ? Math.min(limit.offset(), channel.size()) : channel.size();
                    if (!collect(channel, end, mayBeTorn, collected)) {
                        return collected.batch(false);
                    }
                }
            }
            return collected.batch(true);
        } catch (IOException e) {
            throw new JournalException("The journal %s cannot be read: %s.".formatted(directory, Journal.reason(e)), e);
        }
    }

    /**
     * Keeps a segment under another name, so that it stays when it is deleted: the database does not take one of its records.
     *
     * @param why a sentence
     */
    public void setAside(Position at, String why) {
        if (!told.add(at)) {
            return;
        }
        damaged++;
        Path segment = Segments.of(directory, at.segment());
        Path aside = Segments.aside(segment);
        LOG.error(
                "The journal's segment {} is kept as {}, and the records behind it are read: {}", segment, aside, why);
        try {
            Files.createLink(aside, segment);
            OwnerOnly.force(directory);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("{} is kept already", segment, e);
        } catch (IOException | UnsupportedOperationException e) {
            throw new JournalException(
                    "The segment %s cannot be kept as %s: %s.".formatted(segment, aside, Journal.reason(e)), e);
        }
    }

    /** Returns whether all of a segment was read. */
    private boolean collect(FileChannel channel, long end, boolean mayBeTorn, Collected collected) throws IOException {
        int segment = collected.end.segment();
        if (collected.end.offset() < Format.HEADER
                && Format.header(read(channel, 0, Format.HEADER)).isPresent()) {
            collected.end = new Position(segment, Format.HEADER);
        }
        while (collected.end.offset() < end) {
            int length = length(channel, collected.end.offset(), end);
            if (!collected.hasRoom(Math.max(0, length))) {
                return false;
            }
            Optional<ByteBuffer> content = content(channel, collected.end, length);
            if (content.isPresent()) {
                collected.add(content.get());
            } else {
                collected.end = new Position(segment, behindDamage(channel, collected.end, end, mayBeTorn));
            }
        }
        return true;
    }

    /** Returns how long the content of the record is that begins somewhere; -1 if none does. */
    private static int length(FileChannel channel, long offset, long end) throws IOException {
        ByteBuffer head = read(channel, offset, Format.HEAD);
        if (head.remaining() < Format.HEAD || head.getInt() != Format.MARK) {
            return -1;
        }
        int length = head.getInt();
        return length >= 0 && length <= end - offset - Format.HEAD ? length : -1;
    }

    private Optional<ByteBuffer> content(FileChannel channel, Position at, int length) throws IOException {
        if (length < 0) {
            return Optional.empty();
        }
        ByteBuffer record = read(channel, at.offset(), Format.HEAD + length);
        if (record.remaining() < Format.HEAD + length) {
            return Optional.empty();
        }
        int checksum = record.position(2 * Integer.BYTES).getInt();
        ByteBuffer content = record.slice();
        return checksum == Format.checksum(journal, at, length, content) ? Optional.of(content) : Optional.empty();
    }

    /** Returns where the next good record begins, or the end if there is none. */
    private long behindDamage(FileChannel channel, Position at, long end, boolean mayBeTorn) throws IOException {
        long next = nextRecord(channel, at, end);
        if (next < end || !mayBeTorn) {
            setAside(
                    at,
                    "%d bytes from byte %d on cannot be read, because the file was changed or the disk is failing."
                            .formatted(next - at.offset(), at.offset()));
        } else {
            LOG.info(
                    "The journal's segment {} ends with {} bytes that were being written when the host stopped, and that nobody was told are kept",
                    Segments.of(directory, at.segment()),
                    end - at.offset());
        }
        return next;
    }

    private long nextRecord(FileChannel channel, Position at, long end) throws IOException {
        for (long window = at.offset() + 1; window < end; window += WINDOW) {
            ByteBuffer bytes = read(channel, window, (int) Math.min(WINDOW + Format.HEAD, end - window));
            int last = Math.min(WINDOW, bytes.remaining() - Format.HEAD + 1);
            for (int i = 0; i < last; i++) {
                if (bytes.getInt(i) == Format.MARK) {
                    Position there = new Position(at.segment(), window + i);
                    if (content(channel, there, length(channel, there.offset(), end))
                            .isPresent()) {
                        return there.offset();
                    }
                }
            }
        }
        return end;
    }

    /** Reads bytes, fewer if the file has no more. */
    private static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
            // the system may give less than it was asked for
        }
        return bytes.flip();
    }

    /** What was read so far. */
    private static final class Collected {
        private final List<Entry> entries = new ArrayList<>();
        private final int most;
        private long room;
        private Position end;

        private Collected(Position end, int most, long bytes) {
            this.end = end;
            this.most = most;
            this.room = bytes;
        }

        private boolean hasRoom(int length) {
            return entries.isEmpty() || (entries.size() < most && length <= room);
        }

        private void add(ByteBuffer content) {
            room -= content.remaining();
            end = new Position(end.segment(), end.offset() + Format.HEAD + content.remaining());
            entries.add(new Entry(content, end));
        }

        private Batch batch(boolean isLast) {
            return new Batch(entries, end, isLast);
        }
    }
}
