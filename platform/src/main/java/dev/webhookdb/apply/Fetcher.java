package dev.webhookdb.apply;

import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import java.time.Instant;
import java.util.Optional;

/** Fetches resources from providers. */
@FunctionalInterface
public interface Fetcher {
    /**
     * A resource in the state it had.
     *
     * @param resource nothing if it is gone
     * @param asOf when the provider was asked
     * @param release gives back the memory that it takes
     */
    record Fetched(Optional<Json> resource, Instant asOf, Runnable release) implements AutoCloseable {
        @Override
        public void close() {
            release.run();
        }
    }

    /**
     * Fetches a resource that an event named, to be closed when it is stored; within less than {@link NamedResources#VISIBILITY}.
     *
     * @throws dev.webhookdb.connector.ConnectorFailure if that was not possible
     */
    Fetched fetch(Endpoint endpoint, LoadedResource resource, Item.Fetch named);
}
