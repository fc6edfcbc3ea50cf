package dev.webhookdb.reader;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a server says, message by message: the head of each is shown to the {@link Allowance} of the moment before the driver sees it,
 * because the driver makes room for a message of any size at once. Where no allowance is set, everything passes.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL: message formats</a>
 */
final class BoundedInput extends FilterInputStream {
    private static final int HEAD = 5;

    /** What the driver makes of a notice or notification, besides its text. */
    private static final long OBJECTS = 2_000;

    private final byte[] one = new byte[1];

    /** Before the first message the server answers with a letter whether it encrypts. */
    private boolean greeting;

    /** What follows is encrypted; it is read again behind the encryption. */
    private boolean opaque;

    private int headRead;
    private int type;
    private int length;
    private long bodyLeft;

    /** @param encrypted whether encryption was agreed upon already, and {@code in} is behind it */
    BoundedInput(InputStream in, boolean encrypted) {
        super(in);
        this.greeting = !encrypted;
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
        int count = super.read(into, offset, most);
        int position = offset;
        while (!opaque && position < offset + count) {
            if (bodyLeft > 0) {
                int skipped = (int) Math.min(bodyLeft, offset + count - (long) position);
                bodyLeft -= skipped;
                position += skipped;
            } else {
                head(Byte.toUnsignedInt(into[position]));
                position++;
            }
        }
        return count;
    }

    private void head(int octet) throws IOException {
        if (greeting && (octet == 'N' || octet == 'S' || octet == 'G')) {
            opaque = octet != 'N';
            return;
        }
        greeting = false;
        if (headRead == 0) {
            type = octet;
            length = 0;
        } else {
            length = length << Byte.SIZE | octet;
        }
        headRead++;
        if (headRead == HEAD) {
            headRead = 0;
            bodyLeft = length - (long) Integer.BYTES;
            admit();
        }
    }

    private void admit() throws IOException {
        if (bodyLeft < 0) {
            throw new IOException("The server sent a message of %d bytes".formatted(length));
        }
        if (Allowance.PRESENT.isBound()) {
            Allowance.PRESENT.get().take(bodyLeft + (type == 'N' || type == 'A' ? OBJECTS : 0));
        }
    }
}
