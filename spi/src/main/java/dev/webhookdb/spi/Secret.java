package dev.webhookdb.spi;

import dev.webhookdb.spi.ConnectorException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A value that is never printed. Two secrets are equal only if they are the same object. */
public final class Secret {
    private final String value;

    /** By algorithm, ready for the first part: what a request is verified with is copied from there, not looked up and keyed again. */
    private final Map<String, Mac> keyed = new ConcurrentHashMap<>();

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
        return hmac(
                keyed.computeIfAbsent(algorithm, name -> keyed(name, value.getBytes(StandardCharsets.UTF_8))), parts);
    }

    /** Returns the HMAC with the key that this secret is the Base64 of, perhaps after a prefix. */
    byte[] hmacWithBase64Key(String algorithm, String prefix, ByteBuffer... parts) {
        String encoded = value.startsWith(prefix) ? value.substring(prefix.length()) : value;
        byte[] key;
        try {
            key = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw new ConnectorException(
                    Reason.SETTINGS, "The webhook secret is not Base64: copy it again, with %s.".formatted(prefix));
        }
        return hmac(keyed(algorithm, key), parts);
    }

    private static Mac keyed(String algorithm, byte[] key) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The JDK has no MAC algorithm " + algorithm, e);
        }
    }

    /** Leaves the one that it is given as it is: others use it at the same time. */
    private static byte[] hmac(Mac keyed, ByteBuffer... parts) {
        try {
            Mac mac = (Mac) keyed.clone();
            for (ByteBuffer part : parts) {
                mac.update(part.duplicate());
            }
            return mac.doFinal();
        } catch (CloneNotSupportedException e) {
            throw new IllegalArgumentException("The JDK cannot copy a MAC of " + keyed.getAlgorithm(), e);
        }
    }

    @Override
    public String toString() {
        return "[secret]";
    }
}
