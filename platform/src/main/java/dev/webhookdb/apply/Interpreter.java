package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks connectors what deliveries say. Thread-safe. */
final class Interpreter {
    /** A key is indexed, and PostgreSQL cannot index more. */
    private static final int LONGEST_KEY = 2_000;

    private static final short FROM_EVENT = 1;

    private final ConnectorRegistry connectors;
    private final RetryPolicy retries;

    Interpreter(ConnectorRegistry connectors, RetryPolicy retries) {
        this.connectors = connectors;
        this.retries = retries;
    }

    /**
     * What a batch says.
     *
     * @param states by integration, in the order of arrival
     * @param outcomes by position of the delivery, of those that say nothing or cannot be read
     */
    record Reading(Map<Integration, List<State>> states, Map<Integer, Outcome> outcomes) {}

    /** Reads a batch of deliveries to one endpoint. */
    Reading read(Endpoint endpoint, List<Delivery> deliveries) {
        var reading = new Reading(new LinkedHashMap<>(), new LinkedHashMap<>());
        for (int position = 0; position < deliveries.size(); position++) {
            Delivery delivery = deliveries.get(position);
            try {
                read(endpoint, delivery, position, reading);
            } catch (MalformedJsonException | UnreadableException e) {
                forget(reading, position, new Outcome.Failed(e.getMessage()));
            } catch (ConnectorFailure e) {
                forget(reading, position, retries.after(e, delivery));
            }
        }
        return reading;
    }

    private void read(Endpoint endpoint, Delivery delivery, int position, Reading reading) {
        Map<Webhook.Format, Json> bodies = new LinkedHashMap<>();
        boolean anything = false;
        for (Integration integration : endpoint.integrations()) {
            LoadedResource loaded = loaded(integration);
            if (loaded.resource().webhook().isEmpty()) {
                continue;
            }
            Webhook.Format format = loaded.resource().webhook().get().format();
            Json body = bodies.computeIfAbsent(format, wanted -> body(wanted, delivery.request()));
            List<Item> items = loaded.read(delivery.request(), body);
            List<State> states = reading.states().computeIfAbsent(integration, key -> new ArrayList<>());
            items.forEach(item -> states.add(state(loaded.resource(), item, position)));
            anything |= !items.isEmpty();
        }
        if (!anything) {
            reading.outcomes()
                    .put(
                            position,
                            new Outcome.Ignored("Nothing in it is about %s."
                                    .formatted(endpoint.integrations().stream()
                                            .map(Integration::service)
                                            .collect(Collectors.joining(" or ")))));
        }
    }

    private LoadedResource loaded(Integration integration) {
        return connectors
                .resource(integration.service())
                .orElseThrow(() -> new ConnectorFailure(
                        ConnectorFailure.Kind.PASSING,
                        "No connector for %s is loaded; 'webhookdb connectors list' says why."
                                .formatted(integration.service())));
    }

    /** A delivery is stored whole or not at all, as far as reading it goes. */
    private static void forget(Reading reading, int position, Outcome outcome) {
        reading.states().values().forEach(states -> states.removeIf(state -> state.delivery() == position));
        reading.outcomes().put(position, outcome);
    }

    private static Json body(Webhook.Format format, Request request) {
        return switch (format) {
            case JSON -> JsonReader.read(bytes(request.body()));
            case FORM -> Form.read(request.text());
        };
    }

    private static State state(Resource resource, Item item, int position) {
        return switch (item) {
            case Item.Upsert upsert -> {
                String text = JsonWriter.write(upsert.resource());
                yield new State.Present(
                        position,
                        key(resource, upsert.resource()),
                        upsert.asOf(),
                        FROM_EVENT,
                        hash(upsert.event().orElse(text)),
                        text);
            }
            case Item.Delete delete
            when resource.deletable() -> new State.Deleted(position, checked(resource, delete.key()), delete.asOf());
            case Item.Delete delete ->
                throw new UnreadableException(
                        "The connector reports the deletion of %s, but %s is not declared deletable. Report it to the connector's author."
                                .formatted(delete.key(), resource.name()));
            case Item.Fetch fetch ->
                throw new UnreadableException(
                        "The event only names its object, and this version of the platform does not fetch objects yet.");
        };
    }

    private static String key(Resource resource, Json object) {
        String[] path = resource.key().path().toArray(String[]::new);
        Optional<String> key = switch (object.at(path)) {
            case Json.Str(String value) -> Optional.of(value);
            case Json.Num(var value)
            when Math.abs((long) value.scale()) <= LONGEST_KEY -> Optional.of(value.toPlainString());
            // written out, 1e999999999 would not fit into memory
            case Json.Num(var value) -> Optional.empty();
            case Json.Obj(var fields) -> Optional.empty();
            case Json.Arr(var items) -> Optional.empty();
            case Json.Bool(var value) -> Optional.empty();
            case Json.Null() -> Optional.empty();
        };
        return checked(
                resource,
                key.orElseThrow(() -> new UnreadableException("The %s has no '%s', which identifies it."
                        .formatted(resource.title(), String.join(".", path)))));
    }

    private static String checked(Resource resource, String key) {
        String storable = key.replace("\0", "");
        if (storable.isEmpty() || storable.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
            throw new UnreadableException("The %s is identified by an empty text or one of more than %d bytes."
                    .formatted(resource.title(), LONGEST_KEY));
        }
        return storable;
    }

    private static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    /** 64 bits of SHA-256: two states at one instant are taken for one by accident once in 10^19 times. */
    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).order(ByteOrder.BIG_ENDIAN).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** A delivery that cannot be read by anybody; the message says why. */
    private static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private UnreadableException(String message) {
            super(message);
        }
    }
}
