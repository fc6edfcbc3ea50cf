package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.integration.Verification;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.store.State;
import dev.webhookdb.store.UnstorableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks connectors what deliveries say. Thread-safe. */
final class Interpreter {
    private final ConnectorRegistry connectors;
    private final Verification verification;
    private final DeliveryRetries retries;

    Interpreter(ConnectorRegistry connectors, DeliveryRetries retries) {
        this.connectors = connectors;
        this.verification = new Verification(connectors);
        this.retries = retries;
    }

    /**
     * What a batch says.
     *
     * @param states by integration, in the order of arrival
     * @param named by position of the delivery, what it only names
     * @param about by position of the delivery, the integrations it says something about
     * @param outcomes by position of the delivery, of those that say nothing or cannot be read
     */
    record Reading(
            Map<Integration, List<State>> states,
            Map<Integer, List<Named>> named,
            Map<Integer, Set<Integration>> about,
            Map<Integer, Outcome> outcomes) {}

    /** A resource that an event names, and that has to be fetched. */
    record Named(Integration integration, LoadedResource resource, Item.Fetch fetch) {}

    /** Returns what the bodies of an endpoint's webhooks are read as, as far as its connectors are loaded. */
    Set<Webhook.Format> formats(Endpoint endpoint) {
        return endpoint.integrations().stream()
                .flatMap(integration -> connectors.resource(integration.service()).stream())
                .flatMap(loaded -> loaded.resource().webhook().stream())
                .map(Webhook::format)
                .collect(Collectors.toSet());
    }

    /** Reads a batch of deliveries to one endpoint. */
    Reading read(Endpoint endpoint, List<Delivery> deliveries) {
        var reading = new Reading(new LinkedHashMap<>(), new LinkedHashMap<>(), new HashMap<>(), new LinkedHashMap<>());
        for (int position = 0; position < deliveries.size(); position++) {
            Delivery delivery = deliveries.get(position);
            try {
                read(endpoint, delivery, position, reading);
            } catch (MalformedJsonException | UnstorableException e) {
                forget(reading, position, new Outcome.Failed(e.getMessage()));
            } catch (ConnectorFailure e) {
                forget(reading, position, retries.after(e, delivery));
            }
        }
        return reading;
    }

    private void read(Endpoint endpoint, Delivery delivery, int position, Reading reading) {
        Map<Webhook.Format, Json> bodies = new LinkedHashMap<>();
        for (Integration integration : verification.accepting(endpoint, delivery.request())) {
            LoadedResource loaded = loaded(integration);
            if (loaded.resource().webhook().isEmpty()) {
                continue;
            }
            Webhook.Format format = loaded.resource().webhook().get().format();
            Json body = bodies.computeIfAbsent(format, wanted -> Bodies.read(wanted, delivery.request()));
            List<Item> items = loaded.read(delivery.request(), body);
            items.forEach(item -> sort(integration, loaded, item, position, reading));
            if (!items.isEmpty()) {
                reading.about()
                        .computeIfAbsent(position, key -> new LinkedHashSet<>())
                        .add(integration);
            }
        }
        if (!reading.about().containsKey(position)) {
            reading.outcomes()
                    .put(
                            position,
                            new Outcome.Ignored("Nothing in it is about %s."
                                    .formatted(endpoint.integrations().stream()
                                            .map(Integration::service)
                                            .collect(Collectors.joining(" or ")))));
        }
    }

    private static void sort(Integration integration, LoadedResource loaded, Item item, int position, Reading reading) {
        List<State> states = reading.states().computeIfAbsent(integration, key -> new ArrayList<>());
        switch (item) {
            case Item.Upsert upsert -> states.add(State.of(loaded.resource(), upsert, position));
            case Item.Delete delete -> states.add(State.of(loaded.resource(), delete, position));
            case Item.Fetch fetch ->
                reading.named()
                        .computeIfAbsent(position, key -> new ArrayList<>())
                        .add(new Named(integration, loaded, fetch));
        }
    }

    private LoadedResource loaded(Integration integration) {
        return connectors
                .resource(integration.service())
                .orElseThrow(() -> new ConnectorFailure(
                        ConnectorFailure.Kind.PASSING,
                        new MissingConnectorException(integration.service()).getMessage()));
    }

    /** A delivery is stored whole or not at all, as far as reading it goes. */
    private static void forget(Reading reading, int position, Outcome outcome) {
        reading.states().values().forEach(states -> states.removeIf(state -> state.source() == position));
        reading.named().remove(position);
        reading.about().remove(position);
        reading.outcomes().put(position, outcome);
    }
}
