package dev.webhookdb.spi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A value that is never printed. Two secrets are equal only if they are the same object. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    /** Wraps a value. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /** Returns the value itself, to be handed to a client. Do not keep it, and do not put it into a message. */
    public String reveal() {
        return value;
    }

    /** Returns whether the candidate is this secret, in time that does not depend on where the two differ. */
    public boolean matches(String candidate) {
        return MessageDigest.isEqual(
                value.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the HMAC of the parts, one after another, with this secret's UTF-8 bytes as key.
     *
     * @param algorithm a name known to {@link Mac}, for example {@code HmacSHA256}
     * @throws IllegalArgumentException if the JDK has no such algorithm, or the secret is empty
     */
    public byte[] hmac(String algorithm, ByteBuffer... parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(value.getBytes(StandardCharsets.UTF_8), algorithm));
            for (ByteBuffer part : parts) {
                mac.update(part.duplicate());
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The JDK has no MAC algorithm " + algorithm, e);
        }
    }

    @Override
    public String toString() {
        return "[secret]";
    }
}
