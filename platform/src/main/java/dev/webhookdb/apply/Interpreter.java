package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.integration.Verification;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.store.State;
import dev.webhookdb.store.UnstorableException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks connectors what deliveries say. Thread-safe. */
final class Interpreter {
    private final ConnectorRegistry connectors;
    private final Verification verification;
    private final Fetcher fetcher;
    private final DeliveryRetries retries;
    private final ProviderOrders orders;

    Interpreter(ConnectorRegistry connectors, Fetcher fetcher, DeliveryRetries retries, PersonalData personalData) {
        this.connectors = connectors;
        this.fetcher = fetcher;
        this.verification = new Verification(connectors);
        this.retries = retries;
        this.orders = new ProviderOrders(connectors, personalData);
    }

    /**
     * What a batch says.
     *
     * @param states by integration, in the order of arrival
     * @param named by position of the delivery, what it only names
     * @param about by position of the delivery, the integrations it says something about
     * @param orders by position of the delivery, how what the provider orders about somebody is carried out
     * @param outcomes by position of the delivery, of those that say nothing or cannot be read
     */
    record Reading(
            Map<Integration, List<State>> states,
            Map<Integer, List<Named>> named,
            Map<Integer, Set<Integration>> about,
            Map<Integer, Runnable> orders,
            Map<Integer, Outcome> outcomes) {}

    /**
     * What an event names, and has to be fetched.
     *
     * @param otherwise what is stored if that is refused; empty if the delivery has failed then
     */
    record Named(
            Integration integration,
            LoadedResource resource,
            Item.Fetch fetch,
            List<State> otherwise,
            Optional<Undecided> undecided) {
        Named {
            otherwise = List.copyOf(otherwise);
        }

        /** Returns whether the delivery is done if fetching is refused. */
        boolean isSupplement() {
            return !otherwise.isEmpty() || undecided.isPresent();
        }

        /** Returns what the fetched state is at least as new as: it was asked for because of it. */
        Instant since() {
            return Stream.concat(
                            otherwise.stream().map(State::asOf),
                            undecided.stream().map(Undecided::asOf))
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.MIN);
        }
    }

    /**
     * That a resource is fetched because of the states in webhooks of one instant nobody can tell which is the newer one.
     *
     * @param received when the last of these webhooks was
     */
    record Undecided(String key, Instant asOf, Instant received) {}

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
        var reading = new Reading(
                new LinkedHashMap<>(), new LinkedHashMap<>(), new HashMap<>(), new HashMap<>(), new LinkedHashMap<>());
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
        List<Integration> accepting = verification.accepting(endpoint, delivery.request());
        Optional<Runnable> order = orders.in(endpoint, accepting, delivery.request(), bodies);
        if (order.isPresent()) {
            reading.orders().put(position, order.get());
            return;
        }
        for (Integration integration : accepting) {
            LoadedResource loaded = loaded(integration);
            if (loaded.resource().webhook().isEmpty()) {
                continue;
            }
            Webhook.Format format = loaded.resource().webhook().get().format();
            Json body = bodies.computeIfAbsent(format, wanted -> Bodies.read(wanted, delivery.request()));
            List<Item> items = loaded.read(delivery.request(), body);
            for (Item item : items) {
                sort(
                        new Source(
                                endpoint,
                                integration,
                                loaded,
                                delivery.request().receivedAt(),
                                position),
                        item,
                        reading);
            }
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

    /** What said an item. */
    private record Source(
            Endpoint endpoint, Integration integration, LoadedResource loaded, Instant receivedAt, int position) {
        State state(Item.Upsert upsert) {
            return State.of(loaded.resource(), upsert, receivedAt, position);
        }
    }

    private void sort(Source source, Item item, Reading reading) {
        List<State> states = reading.states().computeIfAbsent(source.integration(), key -> new ArrayList<>());
        switch (item) {
            case Item.Upsert upsert -> states.add(source.state(upsert));
            case Item.Delete delete -> states.add(State.of(source.loaded().resource(), delete, source.position()));
            case Item.Fetch fetch -> {
                List<State> otherwise =
                        fetch.otherwise().stream().map(source::state).toList();
                if (!otherwise.isEmpty() && !fetcher.isPossible(source.endpoint(), source.loaded())) {
                    states.addAll(otherwise);
                    return;
                }
                reading.named()
                        .computeIfAbsent(source.position(), key -> new ArrayList<>())
                        .add(new Named(source.integration(), source.loaded(), fetch, otherwise, Optional.empty()));
            }
        }
    }

    /**
     * Adds that resources have to be fetched of which nobody can tell which state is the newer one, as far as that is possible: once for
     * each, with the last delivery that brought one.
     */
    void fetchUndecided(
            Endpoint endpoint,
            Integration integration,
            List<State> states,
            Map<String, Instant> undecided,
            Reading reading) {
        LoadedResource loaded = loaded(integration);
        if (undecided.isEmpty() || !fetcher.isPossible(endpoint, loaded)) {
            return;
        }
        Map<String, State.Present> last = new LinkedHashMap<>();
        for (State state : states) {
            if (state instanceof State.Present present && undecided.containsKey(present.key())) {
                last.merge(
                        present.key(), present, (one, other) -> other.knownAt().isBefore(one.knownAt()) ? one : other);
            }
        }
        last.forEach((key, state) -> loaded.byKey(key, Optional.of(known(state)))
                .ifPresent(fetch -> reading.named()
                        .computeIfAbsent(state.source(), position -> new ArrayList<>())
                        .add(new Named(
                                integration,
                                loaded,
                                fetch,
                                List.of(),
                                Optional.of(new Undecided(key, undecided.get(key), state.knownAt()))))));
    }

    private static Json known(State.Present state) {
        return JsonReader.read(state.resource().getBytes(StandardCharsets.UTF_8));
    }

    private LoadedResource loaded(Integration integration) {
        return connectors
                .resource(integration.service())
                .orElseThrow(() -> new ConnectorFailure(
                        ConnectorFailure.Kind.TRANSIENT,
                        new MissingConnectorException(integration.service()).getMessage()));
    }

    /** A delivery is stored whole or not at all, as far as reading it goes. */
    private static void forget(Reading reading, int position, Outcome outcome) {
        reading.states().values().forEach(states -> states.removeIf(state -> state.source() == position));
        reading.named().remove(position);
        reading.about().remove(position);
        reading.orders().remove(position);
        reading.outcomes().put(position, outcome);
    }
}
