package dev.webhookdb.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java has. */
public final class Sha256 {
    private Sha256() {}

    /** Begins a digest of parts that come one after the other. */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** Returns the 32 bytes of a text's digest, as UTF-8. */
    public static byte[] of(String text) {
        return begin().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the beginning of a text's digest, as UTF-8.
     *
     * @param digits how many lower-case hexadecimal digits, at most 64
     */
    public static String hex(String text, int digits) {
        return HexFormat.of().formatHex(of(text)).substring(0, digits);
    }
}
