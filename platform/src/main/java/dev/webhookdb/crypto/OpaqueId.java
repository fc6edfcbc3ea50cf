package dev.webhookdb.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;

/** Identifiers that tell nothing and cannot be guessed: a prefix and 128 random bits. */
public final class OpaqueId {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int DIGITS = 25;

    private OpaqueId() {}

    /** Returns a new identifier. */
    public static String withPrefix(String prefix) {
        String digits = new BigInteger(128, RANDOM).toString(36);
        return prefix + "0".repeat(DIGITS - digits.length()) + digits;
    }
}
