package dev.webhookdb.testkit.simulator;

import java.time.Instant;
import java.util.Map;

/**
 * The state of one resource of a shop.
 *
 * @param kind as in the API's paths, for example {@code orders}
 * @param updated when it was changed or deleted
 * @param deleted whether it is gone
 * @param members the whole resource, as the API returns it; of one that is gone, its last state
 */
public record ShopifyResource(String kind, long id, Instant updated, boolean deleted, Map<String, Object> members) {
    /** The whole resource as JSON. */
    public String json() {
        return JsonText.write(members);
    }
}
