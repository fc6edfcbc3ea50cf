package dev.webhookdb.drift;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.sql.Database;
import java.util.Optional;

/** What is known of the versions of the provider's API that an integration has to do with. Thread-safe. */
public final class KnownVersions {
    private final Database platform;
    private final ConnectorRegistry connectors;
    private final Endpoints endpoints;

    /** Shows what {@link ApiVersions} wrote down. */
    public KnownVersions(Database platform, ConnectorRegistry connectors, Endpoints endpoints) {
        this.platform = platform;
        this.connectors = connectors;
        this.endpoints = endpoints;
    }

    /** Returns at which version the provider's API is asked; empty if it has none. */
    public Optional<String> asked(Integration integration) {
        Optional<Endpoint> endpoint = endpoints.find(integration.endpointId());
        return connectors
                .resource(integration.service())
                .flatMap(LoadedResource::apiVersion)
                .flatMap(version -> endpoint.map(one -> version.asked(one.settings())))
                .filter(text -> !text.isEmpty());
    }

    /** Returns at which version the latest webhook was written; empty if none came, or none that said so. */
    public Optional<String> ofWebhooks(Integration integration) {
        return platform.transaction(session -> session.sql("select api_version from endpoint where id = :id")
                .bind("id", integration.endpointId())
                .first(row -> row.optionalText("api_version"))
                .flatMap(version -> version));
    }
}
