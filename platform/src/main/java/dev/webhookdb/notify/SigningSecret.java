package dev.webhookdb.notify;

import dev.webhookdb.crypto.Secrets;
import dev.webhookdb.notify.SubscriptionException.Field;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The secrets that deliveries are signed with, as texts.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard Webhooks</a>
 */
public final class SigningSecret {
    private static final String PREFIX = "whsec_";
    private static final int RANDOM_BYTES = 32;
    private static final int FEWEST_BYTES = 24;
    private static final int LONGEST = 512;

    private SigningSecret() {}

    /** Returns a new one. */
    public static String random() {
        return PREFIX + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(Secrets.hex(RANDOM_BYTES)));
    }

    /**
     * Returns one that somebody typed.
     *
     * @throws SubscriptionException if it cannot be used
     */
    public static String checked(String text) {
        if (text.isBlank() || text.length() > LONGEST) {
            throw new SubscriptionException(
                    Field.SECRET,
                    "A secret has 1 to %d characters. Leave it out to have a random one made.".formatted(LONGEST));
        }
        if (text.chars().anyMatch(Character::isISOControl) || !text.equals(text.strip())) {
            throw new SubscriptionException(
                    Field.SECRET, "A secret has no line breaks or tabs in it, and no spaces around it.");
        }
        return text;
    }

    /** Refuses a secret that cannot be sent in a header, where it is to be. */
    static void requireSendable(String text) {
        if (!text.chars().allMatch(one -> one >= ' ' && one <= '~')) {
            throw new SubscriptionException(
                    Field.SECRET,
                    "A secret that is sent in the header Whdb-Webhook-Secret can hold letters, digits and signs of ASCII only.");
        }
    }

    /** Returns what is to be said against a secret that can be used. */
    public static Optional<String> weakness(String text) {
        int length = bytes(text).length;
        return length >= FEWEST_BYTES
                ? Optional.empty()
                : Optional.of(
                        "The secret has %d bytes, which can be guessed with some patience. Use at least %d random ones, or leave it out to have it made."
                                .formatted(length, FEWEST_BYTES));
    }

    /**
     * Returns a secret in the form that libraries for Standard Webhooks take.
     *
     * @param secret as it was typed
     */
    public static String standardForm(String secret) {
        return PREFIX + Base64.getEncoder().encodeToString(bytes(secret));
    }

    /** What begins with the prefix and goes on in Base64 is a key that is written down; everything else is one itself. */
    static byte[] bytes(String secret) {
        if (secret.startsWith(PREFIX)) {
            try {
                byte[] decoded = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
                if (decoded.length > 0) {
                    return decoded;
                }
            } catch (IllegalArgumentException e) {
                // somebody typed a word that begins so
                return secret.getBytes(StandardCharsets.UTF_8);
            }
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }
}
