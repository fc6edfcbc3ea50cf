package dev.webhookdb.ingest;

import dev.webhookdb.observe.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** The bytes of a request's body: one array, because there may be many large ones. Whoever gets the array leaves it as it is. */
final class Body {
    private static final int FIRST = 16 << 10;

    private final byte[] bytes;

    private Body(byte[] bytes) {
        this.bytes = bytes;
    }

    static Body of(byte[] bytes) {
        return new Body(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return bytes.length;
    }

    /**
     * Reads a body, and charges what it takes while it comes, so that whoever announces much and sends little takes little.
     *
     * @param most bytes; nothing is returned of a body with more
     * @param announced bytes, or -1 if its sender does not say
     * @param charge grows
     * @throws UnavailableException if there is no room
     */
    static Optional<Body> read(InputStream in, int most, long announced, MemoryBudget.Charge charge)
            throws IOException {
        byte[] bytes = new byte[(int) Math.min(announced < 0 ? most : announced, FIRST)];
        charge(charge, bytes.length);
        int length = in.readNBytes(bytes, 0, bytes.length);
        int next = length < bytes.length ? -1 : in.read();
        while (next >= 0) {
            if (length == most) {
                return Optional.empty();
            }
            if (length == bytes.length) {
                long all = length < announced ? announced : most;
                int room = (int) Math.min(2L * Math.max(length, FIRST), all);
                charge(charge, room - length);
                bytes = Arrays.copyOf(bytes, room);
            }
            bytes[length++] = (byte) next;
            length += in.readNBytes(bytes, length, bytes.length - length);
            next = length < bytes.length ? -1 : in.read();
        }
        return Optional.of(new Body(length == bytes.length ? bytes : Arrays.copyOf(bytes, length)));
    }

    private static void charge(MemoryBudget.Charge charge, int bytes) {
        if (bytes > 0 && !charge.grow(bytes)) {
            throw new UnavailableException("More is being received than fits into memory.", null);
        }
    }
}
