package dev.webhookdb.api;

import dev.webhookdb.ingest.Receiver;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import java.net.URI;

/**
 * Where providers send webhooks: the same place for everything that an endpoint feeds. Thread-safe.
 *
 * @param publicUrl what providers call, without a path
 */
record EndpointUrls(Endpoints endpoints, URI publicUrl) {
    /** Returns the id of an integration's endpoint, the last part of its URL. */
    String id(Integration integration) {
        return endpoints.find(integration.endpointId()).map(Endpoint::opaqueId).orElse(integration.opaqueId());
    }

    /** Returns the URL of an integration's endpoint. */
    String of(Integration integration) {
        return "%s%s/%s".formatted(publicUrl, Receiver.PATH, id(integration));
    }
}
