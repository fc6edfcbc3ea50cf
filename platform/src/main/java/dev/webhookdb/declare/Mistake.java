package dev.webhookdb.declare;

/**
 * One thing that is wrong with what files say.
 *
 * @param key the path to it within its document, such as {@code integrations.stripe.settings.webhook_secret}; empty for the whole document
 * @param sentence what is wrong, what was expected, and what to do; shows no secret
 */
public record Mistake(Position at, String key, String sentence) {
    @Override
    public String toString() {
        return key.isEmpty() ? "%s: %s".formatted(at, sentence) : "%s: %s: %s".formatted(at, key, sentence);
    }
}
