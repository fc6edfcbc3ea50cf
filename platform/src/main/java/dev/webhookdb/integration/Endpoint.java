package dev.webhookdb.integration;

import dev.webhookdb.spi.Settings;
import java.util.List;

/**
 * Where a provider sends webhooks.
 *
 * @param opaqueId the last part of its URL, {@code svi_...}
 * @param integrations what it feeds, at least one, all of one connector
 * @param settings what the operator supplied
 */
public record Endpoint(
        long id,
        String opaqueId,
        long organizationId,
        String connectorId,
        List<Integration> integrations,
        Settings settings) {
    /** Copies the integrations. */
    public Endpoint {
        integrations = List.copyOf(integrations);
    }
}
