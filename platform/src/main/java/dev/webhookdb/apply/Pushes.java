package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.store.Cause;
import dev.webhookdb.store.Origin;
import dev.webhookdb.store.State;
import dev.webhookdb.store.UnstorableException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Stores resources that a program pushes. They count as of now, as a listing's do. Thread-safe. */
public final class Pushes {
    private final Tables tables;
    private final ConnectorRegistry connectors;
    private final Clock clock;

    /** Stores in the tables. */
    public Pushes(Tables tables, ConnectorRegistry connectors, Clock clock) {
        this.tables = tables;
        this.connectors = connectors;
        this.clock = clock;
    }

    /**
     * Stores a resource as the provider has it.
     *
     * @return why it could not be stored; empty if it is
     * @throws MissingConnectorException if the integration's connector is not loaded
     */
    public Optional<String> store(Integration integration, Json pushed) {
        Resource resource = connectors
                .resource(integration.service())
                .orElseThrow(() -> new MissingConnectorException(integration.service()))
                .resource();
        try {
            Instant now = clock.instant();
            List<State> states = List.of(State.listed(resource, pushed, now, now, 0));
            return tables.store(integration, states, position -> Cause.of(Origin.PUSH)).refused().values().stream()
                    .findFirst();
        } catch (UnstorableException e) {
            return Optional.of(e.getMessage());
        }
    }
}
