package dev.webhookdb.testkit.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An incoming message, or a report on one that was sent, as Twilio posts it.
 *
 * @param message its state when it was posted
 */
public record TwilioCallback(TwilioMessage message) implements SimulatedWebhook {
    /** The message and its state: Twilio numbers its callbacks only for each delivery. */
    @Override
    public String id() {
        return message.sid() + " " + message.status();
    }

    @Override
    public String type() {
        return message.status();
    }

    /** The form: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status. */
    public Map<String, String> form() {
        return parameters();
    }

    @Override
    public SignedWebhook signed(URI url, String authToken, Instant now) {
        NavigableMap<String, String> form = parameters();
        String text = url
                + form.entrySet().stream()
                        .map(one -> one.getKey() + one.getValue())
                        .collect(Collectors.joining());
        String signature =
                Base64.getEncoder().encodeToString(Signatures.hmac("HmacSHA1", authToken, text.getBytes(UTF_8)));
        String body = form.entrySet().stream()
                .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
                .collect(Collectors.joining("&"));
        Map<String, String> headers = Map.of(
                "Content-Type", "application/x-www-form-urlencoded; charset=utf-8",
                "User-Agent", "TwilioProxy/1.1 (simulated)",
                "X-Twilio-Signature", signature);
        return new SignedWebhook(url, headers, body);
    }

    private NavigableMap<String, String> parameters() {
        NavigableMap<String, String> form = new TreeMap<>(Map.of(
                "AccountSid", message.account(),
                "ApiVersion", "2010-04-01",
                "From", message.from(),
                "MessageSid", message.sid(),
                "MessageStatus", message.status(),
                "SmsSid", message.sid(),
                "SmsStatus", message.status(),
                "To", message.to()));
        if (message.direction().equals("inbound")) {
            form.remove("MessageStatus");
            form.put("Body", message.body());
            form.put("SmsMessageSid", message.sid());
            form.put("NumMedia", "0");
            form.put("NumSegments", "1");
        }
        return form;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
