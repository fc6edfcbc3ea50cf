package dev.webhookdb.trace;

import dev.webhookdb.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ids of a trace, as W3C Trace Context writes them.
 *
 * @param trace 32 hexadecimal digits, not all zero
 * @param root those of its first span: 16 digits, not all zero
 */
record TraceIds(String trace, String root) {
    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;
    private static final HexFormat HEX = HexFormat.of();

    /** Returns what any host derives of the same things, and one of another installation does not. */
    static TraceIds of(byte[] installation, String kind, long... numbers) {
        MessageDigest digest = Sha256.begin();
        digest.update(installation);
        digest.update(kind.getBytes(StandardCharsets.UTF_8));
        for (long number : numbers) {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        }
        byte[] hash = digest.digest();
        return new TraceIds(
                HEX.formatHex(hash, 0, TRACE_BYTES), HEX.formatHex(hash, TRACE_BYTES, TRACE_BYTES + SPAN_BYTES));
    }

    /** Returns ids that nobody else has. */
    static TraceIds fresh() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TraceIds(HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(notZero(random)), span());
    }

    /** Returns the id of another span. */
    static String span() {
        return HEX.toHexDigits(notZero(ThreadLocalRandom.current()));
    }

    private static long notZero(ThreadLocalRandom random) {
        return random.nextLong() | 1;
    }

    /**
     * Returns whether the trace is among those that are kept, as OpenTelemetry's TraceIdRatioBased sampler decides it.
     *
     * @param ratio of all traces, from 0 to 1
     */
    boolean isSampled(double ratio) {
        if (ratio >= 1) {
            return true;
        }
        long lower = HexFormat.fromHexDigitsToLong(trace, TRACE_BYTES, 2 * TRACE_BYTES);
        return (lower & Long.MAX_VALUE) < (long) (ratio * Long.MAX_VALUE);
    }
}
