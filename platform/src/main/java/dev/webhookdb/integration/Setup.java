package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import java.util.List;
import java.util.Optional;

/**
 * What is still to be asked of an integration: the same for every service, because a connector only declares its settings. Where
 * somebody is in the conversation is not kept: it follows from what is supplied. Thread-safe.
 */
public final class Setup {
    private final Endpoints endpoints;
    private final ConnectorRegistry connectors;

    /** Looks what is declared, and what is supplied. */
    public Setup(Endpoints endpoints, ConnectorRegistry connectors) {
        this.endpoints = endpoints;
        this.connectors = connectors;
    }

    /**
     * Returns what an integration holds.
     *
     * @throws MissingConnectorException if the integration's connector is not loaded
     */
    public Resource resource(Integration integration) {
        return connectors
                .resource(integration.service())
                .map(LoadedResource::resource)
                .orElseThrow(() -> new MissingConnectorException(integration.service()));
    }

    /** Returns the half that an integration cannot begin without. */
    public Setting.Half first(Integration integration) {
        return resource(integration).webhook().isPresent() ? Setting.Half.WEBHOOK : Setting.Half.BACKFILL;
    }

    /** Returns what has to be supplied for a half, in the order to ask for it. */
    public List<Setting> required(Integration integration, Setting.Half half) {
        return resource(integration).settings().stream()
                .filter(setting -> setting.half() == half && setting.required())
                .toList();
    }

    /** Returns the first setting of a half that is required and missing. */
    public Optional<Setting> missing(Integration integration, Setting.Half half) {
        Settings supplied = settings(integration);
        return required(integration, half).stream()
                .filter(setting -> !supplied.has(setting))
                .findFirst();
    }

    /** Returns the required setting that comes behind another of its half, whether it is supplied or not. */
    public Optional<Setting> after(Integration integration, Setting setting) {
        return required(integration, setting.half()).stream()
                .dropWhile(other -> !other.name().equals(setting.name()))
                .skip(1)
                .findFirst();
    }

    /** Returns a setting of an integration by its name. */
    public Optional<Setting> named(Integration integration, String name) {
        return resource(integration).settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst();
    }

    /** Returns what was supplied. */
    public Settings settings(Integration integration) {
        return endpoints
                .find(integration.endpointId())
                .map(Endpoint::settings)
                .orElseThrow(() -> new IntegrationException(
                        IntegrationException.Kind.UNKNOWN_SERVICE, "The integration was deleted meanwhile."));
    }
}
