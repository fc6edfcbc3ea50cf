package dev.webhookdb.api;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.util.function.Consumer;

/** Writes in pieces, so that it can be seen from outside whether somebody still takes them. For use by one thread. */
final class WatchedWriter implements DataWriter {
    private static final int PIECE = 64 << 10;

    private final Consumer<BufferData> piece;

    /** @param piece writes one piece */
    WatchedWriter(Consumer<BufferData> piece) {
        this.piece = piece;
    }

    @Override
    public void write(BufferData... buffers) {
        for (BufferData buffer : buffers) {
            write(buffer);
        }
    }

    @Override
    public void write(BufferData buffer) {
        while (buffer.available() > PIECE) {
            byte[] next = new byte[PIECE];
            int read = buffer.read(next);
            piece.accept(BufferData.create(next, 0, read));
        }
        if (buffer.available() > 0) {
            piece.accept(buffer);
        }
    }

    @Override
    public void writeNow(BufferData... buffers) {
        write(buffers);
    }

    @Override
    public void writeNow(BufferData buffer) {
        write(buffer);
    }
}
