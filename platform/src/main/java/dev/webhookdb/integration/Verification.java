package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;

/** Asks an endpoint's connector whether a request is genuine. Thread-safe. */
public final class Verification {
    private final ConnectorRegistry connectors;

    /** Asks the connectors that are loaded at the time. */
    public Verification(ConnectorRegistry connectors) {
        this.connectors = connectors;
    }

    /**
     * Verifies a request with the endpoint's settings, as of the time it arrived. All resources behind an endpoint are of one connector
     * and share a secret: the first of them that has webhooks decides.
     *
     * @return a rejection only if the request is not genuine
     * @throws MissingConnectorException if the connector is not loaded, so that nobody can say
     * @throws UnverifiableException if the connector cannot say
     */
    public Verdict verify(Endpoint endpoint, Request request) {
        LoadedResource resource = endpoint.integrations().stream()
                .flatMap(integration -> connectors.resource(integration.service()).stream())
                .filter(loaded -> loaded.resource().webhook().isPresent())
                .findFirst()
                .orElseThrow(() -> new MissingConnectorException(
                        endpoint.integrations().getFirst().service()));
        try {
            return resource.verify(request, endpoint.settings());
        } catch (ConnectorFailure e) {
            throw new UnverifiableException(e.getMessage(), e.kind() == ConnectorFailure.Kind.SETTINGS);
        }
    }
}
