package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.spi.Webhook.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds out what a provider orders about somebody, or an account: to forget, or to say what is kept. An order may come to any of the connector's
 * endpoints, and is for all of them. Thread-safe.
 */
final class ProviderOrders {
    private final ConnectorRegistry connectors;
    private final PersonalData personalData;

    ProviderOrders(ConnectorRegistry connectors, PersonalData personalData) {
        this.connectors = connectors;
        this.personalData = personalData;
    }

    /**
     * Returns how the order in a request is carried out; it may be repeated.
     *
     * @param accepting the integrations that found it genuine
     * @param bodies as they were parsed already; what else is needed is added
     * @return nothing if it is none
     */
    Optional<Runnable> in(
            Endpoint endpoint, List<Integration> accepting, Request request, Map<Webhook.Format, Json> bodies) {
        if (isAny(accepting, loaded -> loaded.isErasing(request))) {
            return Optional.of(erasure(endpoint, request, bodies));
        }
        if (isAny(accepting, loaded -> loaded.isDisclosing(request))) {
            return Optional.of(disclosure(endpoint, request, bodies));
        }
        if (isAny(accepting, loaded -> loaded.isClearing(request))) {
            return Optional.of(clearing(endpoint, request, bodies));
        }
        return Optional.empty();
    }

    private boolean isAny(List<Integration> accepting, Predicate<LoadedResource> what) {
        return accepting.stream()
                .flatMap(integration -> connectors.resource(integration.service()).stream())
                .anyMatch(what);
    }

    private Runnable erasure(Endpoint endpoint, Request request, Map<Webhook.Format, Json> bodies) {
        Map<Integration, List<Selection>> rows = new LinkedHashMap<>();
        concerned(endpoint, loaded -> loaded.isErasing(request))
                .forEach((integration, loaded) -> rows.put(integration, loaded.erased(body(loaded, request, bodies))));
        return () -> rows.forEach((integration, selections) ->
                selections.forEach(selection -> personalData.erase(endpoint.connectorId(), integration, selection)));
    }

    private Runnable disclosure(Endpoint endpoint, Request request, Map<Webhook.Format, Json> bodies) {
        Map<String, Map<Integration, List<Selection>>> rows = new LinkedHashMap<>();
        concerned(endpoint, loaded -> loaded.isDisclosing(request))
                .forEach((integration, loaded) -> loaded.disclosed(body(loaded, request, bodies))
                        .ifPresent(disclosure -> rows.computeIfAbsent(disclosure.request(), id -> new LinkedHashMap<>())
                                .put(integration, disclosure.rows())));
        return () -> rows.forEach((id, selected) -> personalData.disclose(endpoint.connectorId(), id, selected));
    }

    private Runnable clearing(Endpoint endpoint, Request request, Map<Webhook.Format, Json> bodies) {
        Map<String, List<Integration>> asked = new LinkedHashMap<>();
        concerned(endpoint, loaded -> loaded.isClearing(request))
                .forEach((integration, loaded) -> asked.computeIfAbsent(
                                loaded.cleared(body(loaded, request, bodies)), account -> new ArrayList<>())
                        .add(integration));
        return () -> asked.forEach(
                (account, integrations) -> personalData.clear(endpoint.connectorId(), account, integrations));
    }

    private Map<Integration, LoadedResource> concerned(Endpoint endpoint, Predicate<LoadedResource> declaring) {
        Map<Integration, LoadedResource> concerned = new LinkedHashMap<>();
        personalData
                .concerned(endpoint)
                .forEach(integration -> connectors
                        .resource(integration.service())
                        .filter(declaring)
                        .ifPresent(loaded -> concerned.put(integration, loaded)));
        return concerned;
    }

    private static Json body(LoadedResource loaded, Request request, Map<Webhook.Format, Json> bodies) {
        return bodies.computeIfAbsent(
                loaded.resource().webhook().orElseThrow().format(), wanted -> Bodies.read(wanted, request));
    }
}
