package dev.webhookdb.backfill;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.outbound.AnswerMemory;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.store.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listing of a service's resources: everything, or what changed since an instant. */
final class Listing implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(Listing.class);

    private final ProviderClient providers;
    private final Supplier<Endpoint> endpoint;
    private final Supplier<LoadedResource> resource;
    private final Optional<Instant> since;
    private final boolean ranged;
    private final Map<Integer, Progress> progress = new ConcurrentHashMap<>();

    /**
     * Begins or goes on with a listing.
     *
     * @param endpoint gives the endpoint with the settings it has now
     * @param resource gives the resource of the release that is in use now, to which the cursor of one before is handed
     */
    Listing(
            ProviderClient providers,
            Supplier<Endpoint> endpoint,
            Supplier<LoadedResource> resource,
            Optional<Instant> since) {
        this.providers = providers;
        this.endpoint = endpoint;
        this.resource = resource;
        this.since = since;
        this.ranged = since.isEmpty()
                && resource.get()
                        .resource()
                        .backfill()
                        .filter(Backfill::isRanged)
                        .isPresent();
    }

    @Override
    public boolean isRanged() {
        return ranged;
    }

    @Override
    public List<Split> splits() {
        return List.of(Split.of(0, Optional.empty(), Optional.empty()));
    }

    @Override
    public DecodedPage next(Split split) {
        Optional<Backfill.Range> range =
                ranged ? Optional.of(Backfill.Range.of(split.from(), split.to())) : Optional.empty();
        return page(split, range, Optional.empty());
    }

    /** Fetches a page; a split without a next page is finished. */
    DecodedPage page(Split split, Optional<Backfill.Range> range, Optional<Json> parent) {
        Endpoint now = endpoint.get();
        LoadedResource used = resource.get();
        var wanted = new ProviderClient.Wanted(split.cursor(), since, range, parent);
        return providers.list(now, used, wanted, listed -> content(now, used, split, listed));
    }

    private DecodedPage content(Endpoint now, LoadedResource used, Split split, ProviderClient.Listed listed) {
        Optional<String> next = listed.page().next();
        requireEnd(used, split, listed.page());
        Split after = split.goingOn(listed.page().reached(), next);
        return DecodedPage.of(
                used.resource(),
                listed,
                next.isPresent() ? after : after.finished(),
                named -> providers.fetch(now, used, named, listed.memory()));
    }

    /** See {@link PageWriter.ByKey}. What the provider refuses to tell is left as it is. */
    void read(String key, Instant since, Consumer<List<State>> store) {
        LoadedResource used = resource.get();
        Optional<Item.Fetch> fetch = used.byKey(key, Optional.empty());
        if (fetch.isEmpty()) {
            return;
        }
        try {
            ProviderClient.Fetched fetched = providers.fetch(endpoint.get(), used, fetch.get());
            try (AnswerMemory memory = fetched.memory()) {
                LOG.trace("Reading {} is charged {}", key, memory);
                Instant asOf = fetched.asOf().isBefore(since) ? since : fetched.asOf();
                store.accept(
                        State.fetched(used.resource(), fetch.get(), fetched.resources(), asOf, fetched.askedAt(), 0));
            }
        } catch (ConnectorFailure e) {
            if (e.kind() == ConnectorFailure.Kind.TRANSIENT) {
                throw e;
            }
            LOG.warn("{} is left as it was listed, because it cannot be fetched: {}", key, e.getMessage());
        }
    }

    /** Each split begins with no cursor, and so does each row of a parent. */
    private void requireEnd(LoadedResource used, Split split, Backfill.Page page) {
        Progress known =
                split.cursor().isEmpty() ? new Progress() : progress.getOrDefault(split.number(), new Progress());
        if (page.next().isPresent()) {
            progress.put(split.number(), known);
        } else {
            progress.remove(split.number());
        }
        boolean isEmpty = page.resources().isEmpty() && page.items().isEmpty();
        Optional<String> endless = known.turned(split.cursor(), page.next(), isEmpty);
        if (endless.isPresent()) {
            throw new ConnectorFailure(
                    ConnectorFailure.Kind.DEFECT,
                    "Connector %s %s %s, which would never end. Report it to the connector's author."
                            .formatted(used.connectorId(), used.connectorVersion(), endless.get()));
        }
    }
}
