package dev.webhookdb.apply;

import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import java.time.Instant;
import java.util.List;

/** Fetches resources from providers. */
public interface Fetcher {
    /**
     * Resources in the state they had.
     *
     * @param resources nothing if what was asked for is gone
     * @param asOf when the provider was asked, by its clock
     * @param askedAt the same by our clock
     * @param release gives back the memory that they take
     */
    record Fetched(List<Json> resources, Instant asOf, Instant askedAt, Runnable release) implements AutoCloseable {
        @Override
        public void close() {
            release.run();
        }
    }

    /**
     * Fetches what an event named, to be closed when it is stored; within less than {@link ReferencedResources#VISIBILITY}.
     *
     * @throws dev.webhookdb.connector.ConnectorFailure if that was not possible
     */
    Fetched fetch(Endpoint endpoint, LoadedResource resource, Item.Fetch named);

    /** Returns whether the operator has supplied what fetching a service's resources needs. */
    boolean isPossible(Endpoint endpoint, LoadedResource resource);
}
