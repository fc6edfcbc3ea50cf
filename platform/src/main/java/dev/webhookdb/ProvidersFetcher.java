package dev.webhookdb;

import dev.webhookdb.apply.Fetcher;
import dev.webhookdb.backfill.ProviderClient;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.spi.Item;

/** What webhooks need of providers, which is the same as what listings need. */
record ProvidersFetcher(ProviderClient providers) implements Fetcher {
    @Override
    public Fetched fetch(Endpoint endpoint, LoadedResource resource, Item.Fetch named) {
        ProviderClient.Fetched fetched = providers.fetch(endpoint, resource, named);
        return new Fetched(fetched.resources(), fetched.asOf(), fetched.askedAt(), fetched.memory()::close);
    }

    @Override
    public boolean isPossible(Endpoint endpoint, LoadedResource resource) {
        return ProviderClient.areSupplied(endpoint, resource);
    }
}
