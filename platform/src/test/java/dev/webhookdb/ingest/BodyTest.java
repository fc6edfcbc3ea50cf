package dev.webhookdb.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.observe.MemoryBudget;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {
    private static final int MOST = 1 << 20;

    private final MemoryBudget memory = new MemoryBudget("bodies", 4 << 20);
    private final MemoryBudget.Charge charge = memory.tryCharge(1).orElseThrow();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, (16 << 10) - 1, 16 << 10, (16 << 10) + 1, 100_000, MOST - 1, MOST})
    void every_byte_is_read_whether_the_length_is_announced_or_not(int size) throws IOException {
        byte[] bytes = bytes(size);

        assertThat(read(new ByteArrayInputStream(bytes), size).orElseThrow()).isEqualTo(bytes);
        assertThat(read(inPieces(bytes), -1).orElseThrow()).isEqualTo(bytes);
        assertThat(memory.charged()).isGreaterThanOrEqualTo(size);
    }

    @Test
    void a_body_that_is_too_large_is_not_kept() throws IOException {
        assertThat(read(new ByteArrayInputStream(bytes(MOST + 1)), -1)).isEmpty();
    }

    @Test
    void a_body_longer_than_it_was_announced_is_kept_all_the_same() throws IOException {
        assertThat(read(new ByteArrayInputStream(bytes(50_000)), 20_000).orElseThrow())
                .isEqualTo(bytes(50_000));
    }

    @Test
    void what_is_announced_and_does_not_come_takes_nothing() {
        assertThatThrownBy(() -> read(new SequenceInputStream(new ByteArrayInputStream(bytes(10)), broken()), MOST))
                .isInstanceOf(IOException.class);
        assertThat(memory.charged()).isLessThan(40 << 10);
    }

    @Test
    void what_does_not_fit_into_memory_is_for_later() {
        MemoryBudget.Charge others =
                memory.tryCharge(memory.capacity() - (100 << 10)).orElseThrow();

        assertThatThrownBy(() -> read(new ByteArrayInputStream(bytes(MOST)), MOST))
                .isInstanceOf(UnavailableException.class);
        charge.close();
        others.close();
        assertThat(memory.charged()).isZero();
    }

    private Optional<byte[]> read(InputStream in, long announced) throws IOException {
        return Body.read(in, MOST, announced, charge).map(Body::bytes);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static InputStream inPieces(byte[] bytes) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] buffer, int from, int most) throws IOException {
                return in.read(buffer, from, Math.min(most, 1_000));
            }
        };
    }

    private static InputStream broken() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken");
            }

            @Override
            public int read(byte[] buffer, int from, int most) throws IOException {
                throw new IOException("broken");
            }
        };
    }
}
