package dev.webhookdb.backfill;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.sql.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** What is listed of an integration, with the settings and the connector that it has at that moment. Thread-safe. */
final class Sources {
    private final Integrations integrations;
    private final Endpoints endpoints;
    private final LongFunction<Database> organizations;
    private final Tables tables;
    private final ConnectorRegistry connectors;
    private final ProviderClient providers;

    /** @param organizations gives the database of the organization with a number */
    Sources(
            Integrations integrations,
            Endpoints endpoints,
            LongFunction<Database> organizations,
            Tables tables,
            ConnectorRegistry connectors,
            ProviderClient providers) {
        this.integrations = integrations;
        this.endpoints = endpoints;
        this.organizations = organizations;
        this.tables = tables;
        this.connectors = connectors;
        this.providers = providers;
    }

    /**
     * Returns what an integration is of, which can be listed.
     *
     * @throws BackfillException if it cannot, whatever its settings
     */
    LoadedResource listed(Integration integration) {
        LoadedResource resource = connectors
                .resource(integration.service())
                .orElseThrow(
                        () -> new BackfillException(new MissingConnectorException(integration.service()).getMessage()));
        if (resource.resource().backfill().isEmpty()) {
            throw new BackfillException(
                    "The provider has no API that lists what %s holds: it is filled by webhooks only."
                            .formatted(integration.service()));
        }
        return resource;
    }

    /**
     * Returns the same if there are the settings without which it cannot be listed.
     *
     * @throws BackfillException if not
     */
    LoadedResource supplied(Integration integration) {
        LoadedResource resource = listed(integration);
        List<Setting> missing = ProviderClient.missing(endpoint(integration), resource);
        if (!missing.isEmpty()) {
            throw new BackfillException(
                    "The service %s cannot be listed without %s. %s"
                            .formatted(
                                    integration.service(),
                                    missing.stream().map(Setting::name).collect(Collectors.joining(" and ")),
                                    missing.getFirst().help()),
                    missing);
        }
        return resource;
    }

    /** @throws BackfillException if the integration was deleted */
    Endpoint endpoint(Integration integration) {
        return endpoints
                .find(integration.endpointId())
                .orElseThrow(() -> new BackfillException("The integration was deleted."));
    }

    /**
     * Returns what a job is about.
     *
     * @throws LostJobException if it was deleted
     */
    Integration integration(LeasedJobs.Claimed job) {
        return integrations.find(job.integrationId()).orElseThrow(LostJobException::new);
    }

    /**
     * Returns the settings that a running job uses now.
     *
     * @throws LostJobException if the integration was deleted
     */
    Endpoint settled(Integration integration) {
        return endpoints.find(integration.endpointId()).orElseThrow(LostJobException::new);
    }

    /**
     * Returns what a running job uses now: the connector may be replaced meanwhile, and each page is asked of the release of its time.
     *
     * @throws ConnectorFailure if it cannot be listed any more
     */
    LoadedResource inUse(Integration integration) {
        try {
            return listed(integration);
        } catch (BackfillException e) {
            throw new ConnectorFailure(Kind.SETTINGS, e.getMessage());
        }
    }

    /** Begins or goes on with a listing; see {@link #pages}. */
    Listing listing(Integration integration, Optional<Instant> since) {
        return new Listing(providers, () -> settled(integration), () -> inUse(integration), since);
    }

    /**
     * Returns where the pages come from: the listing, or a listing for each row of the parent's table.
     *
     * @throws ConnectorFailure if there is no such parent, or it cannot be told which one it is
     */
    Source pages(Integration integration, Listing listing) {
        LoadedResource resource = inUse(integration);
        Database organization = organizations.apply(integration.organizationId());
        return resource.resource()
                .backfill()
                .flatMap(Backfill::parent)
                .map(service -> parent(integration, resource, service))
                .<Source>map(parent -> new Children(listing, organization, () -> tables.ready(parent)))
                .orElse(listing);
    }

    /** The same endpoint's, else the only one, else the only one with the same credentials: others may be another account's. */
    private Integration parent(Integration child, LoadedResource resource, String service) {
        List<Integration> candidates = integrations.of(child.organizationId()).stream()
                .filter(other -> other.service().equals(service))
                .toList();
        if (candidates.isEmpty()) {
            throw new ConnectorFailure(
                    Kind.SETTINGS,
                    "%s is listed for each row of %s, and there is no such integration. Create one, and start this backfill again."
                            .formatted(child.service(), service));
        }
        Endpoint endpoint = settled(child);
        return candidates.stream()
                .filter(other -> other.endpointId() == child.endpointId())
                .findFirst()
                .or(() -> only(candidates))
                .or(() -> only(candidates.stream()
                        .filter(other -> ProviderClient.areSame(endpoint, settled(other), resource))
                        .toList()))
                .orElseThrow(() -> new ConnectorFailure(
                        Kind.SETTINGS,
                        "%s is listed for each row of %s, and there are %d of these integrations (%s): which of them is of the same account cannot be told. Give both the same key, or create them together, and start this backfill again."
                                .formatted(
                                        child.table(),
                                        service,
                                        candidates.size(),
                                        candidates.stream()
                                                .map(Integration::table)
                                                .collect(Collectors.joining(", ")))));
    }

    private static Optional<Integration> only(List<Integration> candidates) {
        return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }
}
