package dev.webhookdb.account;

/**
 * A tenant.
 *
 * @param key what people type: lower case, unique, never changed
 * @param name what people read
 */
public record Organization(long id, String key, String name) {
    /** Returns whether a text means this organization: its number, its key or its name. */
    public boolean isCalled(String text) {
        return text.equals(Long.toString(id)) || (!text.matches("\\d+") && (text.equals(key) || text.equals(name)));
    }
}
