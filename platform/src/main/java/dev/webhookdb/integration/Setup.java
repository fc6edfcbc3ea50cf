package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** Returns the services of a connector that is loaded; none if there is no such connector. */
    public List<String> services(String connectorId) {
        return connectors.resources().stream()
                .filter(loaded -> loaded.connectorId().equals(connectorId))
                .map(loaded -> loaded.resource().name())
                .toList();
    }

    /** Returns what an integration's endpoint feeds, the integration among it. */
    public List<Integration> fed(Integration integration) {
        return endpoint(integration).integrations();
    }

    /** Returns the purpose that an integration cannot begin without. */
    public Setting.Purpose first(Integration integration) {
        boolean webhooks = fed(integration).stream()
                .anyMatch(other -> resource(other).webhook().isPresent());
        return webhooks ? Setting.Purpose.WEBHOOK : Setting.Purpose.BACKFILL;
    }

    /**
     * Returns what has to be supplied for a purpose, in the order to ask for it: for webhooks, by everything that the endpoint feeds,
     * because they are verified together, and with what their API needs if webhooks only name what is to be fetched.
     */
    public List<Setting> required(Integration integration, Setting.Purpose purpose) {
        List<Integration> asking = purpose == Setting.Purpose.WEBHOOK ? fed(integration) : List.of(integration);
        Map<String, Setting> required = new LinkedHashMap<>();
        asking.stream()
                .flatMap(one -> Services.required(resource(one), purpose).stream())
                .forEach(setting -> required.putIfAbsent(setting.name(), setting));
        return List.copyOf(required.values());
    }

    /** Returns the first setting of a purpose that is required and missing. */
    public Optional<Setting> missing(Integration integration, Setting.Purpose purpose) {
        Settings supplied = settings(integration);
        return required(integration, purpose).stream()
                .filter(setting -> !supplied.has(setting))
                .findFirst();
    }

    /** Returns whether an integration lacks something that it cannot begin without; not if its connector is not loaded. */
    public boolean isUnfinished(Integration integration) {
        return isLoaded(integration) && missing(integration, first(integration)).isPresent();
    }

    /** Returns whether there are connectors for all that an integration's endpoint feeds. */
    public boolean isLoaded(Integration integration) {
        return fed(integration).stream()
                .allMatch(one -> connectors.resource(one.service()).isPresent());
    }

    /** Returns the required setting that comes behind another of its purpose, whether it is supplied or not. */
    public Optional<Setting> after(Integration integration, Setting setting) {
        return required(integration, setting.purpose()).stream()
                .dropWhile(other -> !other.name().equals(setting.name()))
                .skip(1)
                .findFirst();
    }

    /** Returns a setting of an integration, or of what shares its endpoint, by its name. */
    public Optional<Setting> named(Integration integration, String name) {
        List<LoadedResource> fed = fed(integration).stream()
                .flatMap(one -> connectors.resource(one.service()).stream())
                .toList();
        return Optional.ofNullable(Services.declared(fed).get(name));
    }

    /** Returns a setting that an integration's service declares; nothing if its connector is not loaded. */
    public Optional<Setting> declared(Integration integration, String name) {
        return connectors
                .resource(integration.service())
                .flatMap(loaded ->
                        Optional.ofNullable(Services.declared(List.of(loaded)).get(name)));
    }

    /** Returns what somebody supplied that decides where an integration's secrets are sent. */
    public List<Setting> destinations(Integration integration) {
        Settings supplied = settings(integration);
        return resource(integration).settings().stream()
                .filter(Setting::isDestination)
                .filter(supplied::has)
                .toList();
    }

    /** Returns what was supplied. */
    public Settings settings(Integration integration) {
        return endpoint(integration).settings();
    }

    /** Returns what was supplied before, of each secret that is being rotated. */
    List<Endpoint.Former> former(Integration integration) {
        return endpoint(integration).former();
    }

    private Endpoint endpoint(Integration integration) {
        return endpoints
                .find(integration.endpointId())
                .orElseThrow(() -> new IntegrationException(
                        IntegrationException.Kind.UNKNOWN_SERVICE, "The integration was deleted meanwhile."));
    }
}
