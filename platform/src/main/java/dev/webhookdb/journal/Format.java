package dev.webhookdb.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment. It begins with a header: eight bytes that say what the file is, the version of the format, the installation's id,
 * the journal's id, and a checksum of these. A record is a mark, the length of its content, a checksum, and its content.
 *
 * <p>The checksum of a record covers the journal's id and where the record is. So nobody who sends a webhook can write what would be taken
 * for a record when those after a damaged one are looked for by their mark.
 */
final class Format {
    static final int VERSION = 1;
    static final int HEADER = 8 + Integer.BYTES + 2 * (2 * Long.BYTES) + Integer.BYTES;
    static final int HEAD = 3 * Integer.BYTES;
    static final int MARK = 0x9E4A524E;

    private static final byte[] MAGIC = "WHDBJRNL".getBytes(StandardCharsets.US_ASCII);

    private Format() {}

    /** What a segment says of itself. */
    record Header(int version, UUID installation, UUID journal) {}

    static ByteBuffer header(UUID installation, UUID journal) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER)
                .put(MAGIC)
                .putInt(VERSION)
                .putLong(installation.getMostSignificantBits())
                .putLong(installation.getLeastSignificantBits())
                .putLong(journal.getMostSignificantBits())
                .putLong(journal.getLeastSignificantBits());
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.array(), 0, bytes.position());
        return bytes.putInt((int) checksum.getValue()).flip();
    }

    /** Reads a header; empty if it is none, or damaged. */
    static Optional<Header> header(ByteBuffer bytes) {
        if (bytes.remaining() < HEADER) {
            return Optional.empty();
        }
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.slice(bytes.position(), HEADER - Integer.BYTES));
        byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        int version = bytes.getInt();
        UUID installation = new UUID(bytes.getLong(), bytes.getLong());
        UUID journal = new UUID(bytes.getLong(), bytes.getLong());
        boolean good = Arrays.equals(magic, MAGIC) && bytes.getInt() == (int) checksum.getValue();
        return good ? Optional.of(new Header(version, installation, journal)) : Optional.empty();
    }

    /** The head of a record that is at a place, with a content in parts. */
    static ByteBuffer head(UUID journal, Position at, ByteBuffer... parts) {
        int length = 0;
        for (ByteBuffer part : parts) {
            length = Math.addExact(length, part.remaining());
        }
        return ByteBuffer.allocate(HEAD)
                .putInt(MARK)
                .putInt(length)
                .putInt(checksum(journal, at, length, parts))
                .flip();
    }

    /** Leaves the parts as they are. */
    static int checksum(UUID journal, Position at, int length, ByteBuffer... parts) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES)
                .putLong(journal.getMostSignificantBits())
                .putLong(journal.getLeastSignificantBits())
                .putInt(at.segment())
                .putLong(at.offset())
                .putInt(length)
                .flip());
        for (ByteBuffer part : parts) {
            checksum.update(part.duplicate());
        }
        return (int) checksum.getValue();
    }
}
