package dev.webhookdb.notify;

import dev.webhookdb.change.Change;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Every type of events that there is: those of accounts, and three for the rows of each service that is loaded. Thread-safe. */
public final class EventTypes {
    private final ConnectorRegistry connectors;

    /** Knows the connectors that are loaded at the time. */
    public EventTypes(ConnectorRegistry connectors) {
        this.connectors = connectors;
    }

    /** Returns them all: those of accounts, then those of services by name. */
    public List<EventType> all() {
        return Stream.concat(Arrays.stream(AccountEventType.values()).map(EventTypes::ofAccount), rows())
                .toList();
    }

    /** Finds one by its name. */
    public Optional<EventType> find(String name) {
        return all().stream().filter(type -> type.name().equals(name)).findFirst();
    }

    /** Returns those of the rows of a service; empty if it is not loaded. */
    public List<EventType> ofService(String service) {
        return connectors.resource(service).stream().flatMap(EventTypes::ofRows).toList();
    }

    /** Returns what the body of an event is, as a JSON schema. */
    public static Json schema(EventType type) {
        return EventSchema.of(type);
    }

    private Stream<EventType> rows() {
        return connectors.resources().stream()
                .sorted(Comparator.comparing(loaded -> loaded.resource().name()))
                .flatMap(EventTypes::ofRows);
    }

    private static EventType ofAccount(AccountEventType type) {
        return new EventType(type.text(), group(type.text()), type.description(), Optional.empty());
    }

    private static Stream<EventType> ofRows(LoadedResource loaded) {
        Resource resource = loaded.resource();
        return Arrays.stream(Change.Kind.values())
                .map(kind -> new EventType(
                        "%s.%s".formatted(resource.name(), kind.name().toLowerCase(Locale.ROOT)),
                        resource.name(),
                        "%s, %s: a row %s."
                                .formatted(
                                        loaded.connectorTitle(),
                                        resource.title(),
                                        switch (kind) {
                                            case CREATED -> "came to be, or came back after it had been deleted";
                                            case UPDATED -> "became different";
                                            case DELETED -> "was deleted";
                                        }),
                        Optional.of(resource)));
    }

    private static String group(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }
}
