package dev.webhookdb.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param key the key, or empty when the file as a whole is meant
 * @param value what was found, with secrets masked; empty when nothing was
 * @param expected what would have been right, to be read after "expected"
 * @param origin where it was found: a file, an environment variable, or that it was not set
 */
public record Problem(String key, String value, String expected, String origin) {
    @Override
    public String toString() {
        String found = value.isEmpty() ? "" : " is \"" + value + "\"";
        String subject = key.isEmpty() ? "" : key + found + ": ";
        return "%sexpected %s (%s)".formatted(subject, expected, origin);
    }
}
