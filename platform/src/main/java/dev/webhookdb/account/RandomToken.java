package dev.webhookdb.account;

import java.security.SecureRandom;
import java.util.Base64;

/** Texts that nobody can guess. They are 256 random bits, so what is kept of them needs no salt. */
final class RandomToken {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] NO_SALT = {};

    private RandomToken() {}

    static String withPrefix(String prefix) {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Returns what is kept of a token. */
    static byte[] digest(String token) {
        return Digests.sha256(NO_SALT, token);
    }
}
