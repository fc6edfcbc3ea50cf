package dev.webhookdb.integration;

import dev.webhookdb.crypto.OpaqueId;

/**
 * The ids that a new endpoint gets, and the integrations that it feeds.
 *
 * @param endpoint {@code svi_...}, which nobody has; it is that of its integration, too, where it feeds one
 * @param areStable whether those of several integrations follow from it
 */
public record EndpointIds(String endpoint, boolean areStable) {
    private static final String PREFIX = "svi_";

    /** Returns ids that nobody has. */
    public static EndpointIds random() {
        return new EndpointIds(OpaqueId.withPrefix(PREFIX), false);
    }

    /** Returns those of an endpoint that is wherever the same files are. */
    public static EndpointIds stable(String endpoint) {
        return new EndpointIds(endpoint, true);
    }

    String of(String service) {
        return areStable ? OpaqueId.derived(PREFIX, endpoint, service) : OpaqueId.withPrefix(PREFIX);
    }
}
