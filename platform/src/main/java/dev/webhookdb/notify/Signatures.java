package dev.webhookdb.notify;

import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.notify.Subscription.Endpoint;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what is sent, in three ways at once: as Standard Webhooks with the subscription's secret ({@code v1}) and with the installation's
 * key ({@code v1a}), and in {@code X-Webhook-Signature} with the secret as it is shown. Thread-safe.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard Webhooks</a>
 */
public final class Signatures {
    private static final String HMAC = "HmacSHA256";

    private final SigningKey key;

    /** @param key the installation's */
    public Signatures(SigningKey key) {
        this.key = key;
    }

    /**
     * Returns what verifies {@code v1a}: {@code whpk_} and the key's 32 bytes in Base64.
     */
    public String publicKey() {
        return "whpk_" + Base64.getEncoder().encodeToString(key.publicKey());
    }

    /**
     * Returns the headers that say who sends something and prove it.
     *
     * @param id the event's
     * @param now the time of this attempt
     */
    public Map<String, String> headers(Endpoint endpoint, String id, Instant now, byte[] body) {
        String timestamp = Long.toString(now.getEpochSecond());
        byte[] signed = signed(id, timestamp, body);
        StringBuilder signatures = new StringBuilder(v1(endpoint.secret(), signed));
        endpoint.oldSecret()
                .filter(old -> endpoint.oldSecretUntil().filter(now::isBefore).isPresent())
                .ifPresent(old -> signatures.append(' ').append(v1(old, signed)));
        signatures.append(" v1a,").append(Base64.getEncoder().encodeToString(key.sign(signed)));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", timestamp);
        headers.put("webhook-signature", signatures.toString());
        headers.put(
                "X-Webhook-Signature",
                "sha256=" + HexFormat.of().formatHex(hmac(endpoint.secret().getBytes(StandardCharsets.UTF_8), body)));
        return headers;
    }

    private static String v1(String secret, byte[] signed) {
        return "v1," + Base64.getEncoder().encodeToString(hmac(SigningSecret.bytes(secret), signed));
    }

    private static byte[] signed(String id, String timestamp, byte[] body) {
        var signed = new ByteArrayOutputStream(id.length() + timestamp.length() + body.length + 2);
        signed.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        signed.writeBytes(body);
        return signed.toByteArray();
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has no " + HMAC, e);
        }
    }
}
