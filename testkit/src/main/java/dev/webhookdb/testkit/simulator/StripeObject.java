package dev.webhookdb.testkit.simulator;

import java.util.Map;
import java.util.Optional;

/**
 * The state of one object, such as a charge or a customer.
 *
 * @param id the object's id
 * @param json the whole object, as the API returns it; of a deleted object, its last state
 * @param asOf the time of the newest event about it, in seconds since the epoch; of a deleted object, of the deletion
 * @param deleted whether the newest event is its deletion
 * @param members the members of {@code json}
 */
public record StripeObject(String id, String json, long asOf, boolean deleted, Map<String, Object> members) {
    static StripeObject of(Map<String, Object> members, long asOf, boolean deleted) {
        return new StripeObject((String) members.get("id"), JsonText.write(members), asOf, deleted, members);
    }

    /** One top-level text or number member as text; empty when it is absent or null. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(members.get(name)).map(Object::toString);
    }

    /** When it was created; an invoice item says so in its date. */
    long created() {
        return ((Number) members.getOrDefault("created", members.get("date"))).longValue();
    }
}
