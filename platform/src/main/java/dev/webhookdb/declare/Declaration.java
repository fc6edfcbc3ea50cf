package dev.webhookdb.declare;

import java.util.Map;
import java.util.Optional;

/**
 * One thing that a file says exists.
 *
 * @param organization the key of the organization that it belongs to, or that it is
 * @param name what the file calls it; of an organization its key, of a member the address
 * @param attributes what is said of it, by path, such as {@code url} or {@code settings.webhook_secret}, in the order in which {@link Kind} has
 *     them; what is not said is missing
 */
public record Declaration(Kind kind, String organization, String name, Position at, Map<String, Value> attributes) {
    /** Returns what is said of an attribute. */
    public Optional<Value> said(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }
}
