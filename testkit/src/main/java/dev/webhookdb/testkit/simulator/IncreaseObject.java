package dev.webhookdb.testkit.simulator;

import java.time.Instant;
import java.util.Map;

/**
 * The present state of one object, whatever its type.
 *
 * @param type for example {@code ach_transfer}
 * @param members as the API returns them
 */
public record IncreaseObject(String type, Map<String, Object> members) {
    public String id() {
        return (String) members.get("id");
    }

    /** The whole object, as the API returns it. */
    public String json() {
        return JsonText.write(members);
    }

    Instant createdAt() {
        return Instant.parse((String) members.get("created_at"));
    }
}
