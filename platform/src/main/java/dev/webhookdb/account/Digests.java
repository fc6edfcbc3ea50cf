package dev.webhookdb.account;

import dev.webhookdb.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** What is kept of a secret that only has to be recognized. */
final class Digests {
    private Digests() {}

    static byte[] sha256(byte[] salt, String secret) {
        MessageDigest digest = Sha256.begin();
        digest.update(salt);
        return digest.digest(secret.getBytes(StandardCharsets.UTF_8));
    }
}
