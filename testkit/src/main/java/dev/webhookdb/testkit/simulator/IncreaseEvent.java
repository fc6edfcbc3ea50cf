package dev.webhookdb.testkit.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/**
 * An event as Increase delivers it: it names an object, and tells nothing of it.
 *
 * @param type the category, for example {@code ach_transfer.updated}
 * @param members as the API returns them
 */
public record IncreaseEvent(String id, String type, Instant createdAt, String objectId, Map<String, Object> members)
        implements SimulatedWebhook {
    private static final String CONTENT_TYPE = "application/json";

    /** The body as it is posted. */
    public String body() {
        return JsonText.write(members);
    }

    /** Signed as the Standard Webhooks specification says, with the secret's own bytes as key. */
    @Override
    public SignedWebhook signed(URI url, String secret, Instant now) {
        String seconds = String.valueOf(now.getEpochSecond());
        byte[] hash = Signatures.hmac("HmacSHA256", secret, utf8(id + "." + seconds + "."), utf8(body()));
        Map<String, String> headers = Map.of(
                "Content-Type", CONTENT_TYPE,
                "webhook-id", id,
                "webhook-timestamp", seconds,
                "webhook-signature", "v1," + Base64.getEncoder().encodeToString(hash));
        return new SignedWebhook(url, headers, body());
    }

    /** Signed as Increase did before it took to the specification. */
    public SignedWebhook signedInTheOldWay(URI url, String secret, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        byte[] hash = Signatures.hmac("HmacSHA256", secret, utf8(time + "."), utf8(body()));
        Map<String, String> headers = Map.of(
                "Content-Type",
                CONTENT_TYPE,
                "Increase-Webhook-Signature",
                "t=" + time + ",v1=" + HexFormat.of().formatHex(hash));
        return new SignedWebhook(url, headers, body());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
