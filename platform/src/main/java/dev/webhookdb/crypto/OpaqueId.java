package dev.webhookdb.crypto;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/** Identifiers that tell nothing and cannot be guessed: a prefix and 128 random bits. */
public final class OpaqueId {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BITS = 128;
    private static final int DIGITS = 25;

    private OpaqueId() {}

    /** Returns a new identifier. */
    public static String withPrefix(String prefix) {
        return written(prefix, new BigInteger(BITS, RANDOM));
    }

    /**
     * Returns the identifier that follows from some texts: the same from the same ones. It can be guessed by whoever knows them all.
     *
     * @param parts at least one of them a secret
     */
    public static String derived(String prefix, String... parts) {
        MessageDigest digest = Sha256.begin();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            digest.update(bytes);
        }
        return written(prefix, new BigInteger(1, Arrays.copyOf(digest.digest(), BITS / Byte.SIZE)));
    }

    private static String written(String prefix, BigInteger number) {
        String digits = number.toString(36);
        return prefix + "0".repeat(DIGITS - digits.length()) + digits;
    }
}
