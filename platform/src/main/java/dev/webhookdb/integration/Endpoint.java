package dev.webhookdb.integration;

import dev.webhookdb.spi.Settings;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a provider sends webhooks.
 *
 * @param opaqueId the last part of its URL, {@code svi_...}
 * @param integrations what it feeds, at least one, all of one connector
 * @param settings what the operator supplied
 * @param former what was supplied before a secret was rotated, of each that verifies as well for a while
 */
public record Endpoint(
        long id,
        String opaqueId,
        long organizationId,
        String connectorId,
        List<Integration> integrations,
        Settings settings,
        List<Former> former) {
    /** Copies the lists. */
    public Endpoint {
        integrations = List.copyOf(integrations);
        former = List.copyOf(former);
    }

    /** An endpoint of which no secret is being rotated. */
    public Endpoint(
            long id,
            String opaqueId,
            long organizationId,
            String connectorId,
            List<Integration> integrations,
            Settings settings) {
        this(id, opaqueId, organizationId, connectorId, integrations, settings, List.of());
    }

    /**
     * The settings with a secret as it was before.
     *
     * @param setting the secret's name
     * @param until since when it does not verify any more
     */
    public record Former(String setting, Settings settings, Instant until) {
        /** Returns whether the secret verified what arrived at an instant. */
        public boolean isInForce(Instant at) {
            return at.isBefore(until);
        }
    }

    /** Returns the settings that verify what arrived at an instant, those of now first. */
    List<Settings> verifying(Instant at) {
        if (former.isEmpty()) {
            return List.of(settings);
        }
        return Stream.concat(
                        Stream.of(settings),
                        former.stream().filter(one -> one.isInForce(at)).map(Former::settings))
                .toList();
    }
}
