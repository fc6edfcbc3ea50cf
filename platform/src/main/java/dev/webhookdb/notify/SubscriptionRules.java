package dev.webhookdb.notify;

import dev.webhookdb.change.Change;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.SubscriptionException.Field;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.store.Origin;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be said of a subscription, and what cannot. Thread-safe. */
final class SubscriptionRules {
    private static final int LONGEST_URL = 2_048;
    private static final int LONGEST_CONDITION = 2_000;
    private static final int MOST_EVENTS = 100;
    private static final int FASTEST = 10_000;
    private static final int MOST_AT_A_TIME = 100;
    private static final int HIGHEST_PORT = 65_535;
    private static final List<String> KINDS = Arrays.stream(Change.Kind.values())
            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
            .toList();

    private final EventTypes types;
    private final Function<URI, Optional<String>> obstacle;
    private final Subscriptions.ConditionCheck conditions;

    /** @param obstacle says why an address cannot be reached */
    SubscriptionRules(
            EventTypes types, Function<URI, Optional<String>> obstacle, Subscriptions.ConditionCheck conditions) {
        this.types = types;
        this.obstacle = obstacle;
        this.conditions = conditions;
    }

    /** Refuses a URL to which nothing could be sent. */
    void requireUrl(String text) {
        obstacle.apply(parsed(text.strip())).ifPresent(why -> {
            throw new SubscriptionException(Field.URL, why);
        });
    }

    private static URI parsed(String url) {
        try {
            var uri = new URI(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean web = scheme.matches("https?") && uri.getHost() != null && uri.getRawFragment() == null;
            if (web && url.length() <= LONGEST_URL && uri.getPort() != 0 && uri.getPort() <= HIGHEST_PORT) {
                return new URI(scheme + url.substring(scheme.length()));
            }
        } catch (URISyntaxException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static SubscriptionException malformed() {
        return new SubscriptionException(
                Field.URL,
                "Write a URL like https://example.com/webhooks, of at most %d characters and without a '#'."
                        .formatted(LONGEST_URL));
    }

    /** Returns a filter as it is kept: the short names of events written out, and nothing twice. */
    Filter filter(long organizationId, Optional<Integration> integration, Filter wanted) {
        List<EventType> possible = possible(integration);
        List<String> events = events(integration, possible, wanted.events());
        List<Resource> services = possible.stream()
                .filter(type -> matchesAny(events, type))
                .flatMap(type -> type.resource().stream())
                .distinct()
                .toList();
        List<String> columns = columns(services, wanted.columns());
        Optional<String> condition = wanted.condition().map(String::strip).filter(text -> !text.isEmpty());
        condition.ifPresent(text -> requireRows(Field.CONDITION, services));
        condition.ifPresent(text -> check(organizationId, integration, text));
        return new Filter(events, columns, condition, origins(wanted.origins()));
    }

    private List<EventType> possible(Optional<Integration> integration) {
        if (integration.isEmpty()) {
            return types.all();
        }
        List<EventType> rows = types.ofService(integration.get().service());
        if (rows.isEmpty()) {
            throw new SubscriptionException(
                    Field.INTEGRATION,
                    "No connector that is loaded has the service '%s'. 'webhookdb connectors list' shows why."
                            .formatted(integration.get().service()));
        }
        return rows;
    }

    private static List<String> events(
            Optional<Integration> integration, List<EventType> possible, List<String> wanted) {
        if (wanted.isEmpty() || wanted.size() > MOST_EVENTS) {
            throw new SubscriptionException(
                    Field.EVENTS,
                    "Name 1 to %d events, for example created, stripe_charge_v1.updated, team.* or *."
                            .formatted(MOST_EVENTS));
        }
        String rows = integration.map(Integration::service).orElse("*");
        List<String> events = wanted.stream()
                .map(String::strip)
                .map(text -> KINDS.contains(text) ? rows + "." + text : text)
                .distinct()
                .toList();
        for (String event : events) {
            EventPattern pattern = EventPattern.parse(event).orElseThrow(() -> unknown(event, integration));
            if (possible.stream().noneMatch(type -> pattern.matches(type.name(), type.isRowEvent()))) {
                throw unknown(event, integration);
            }
        }
        return events;
    }

    private static SubscriptionException unknown(String event, Optional<Integration> integration) {
        return new SubscriptionException(
                Field.EVENTS,
                integration
                        .map(one ->
                                "There is no event '%s' of %s. There are %s, written created, updated and deleted for short."
                                        .formatted(
                                                event,
                                                one.service(),
                                                String.join(", ", EventPattern.rowTypes(one.service()))))
                        .orElseGet(() ->
                                "There is no event '%s', and none that it stands for. 'webhookdb notification events' and GET /v1/event-types list them."
                                        .formatted(event)));
    }

    private static boolean matchesAny(List<String> events, EventType type) {
        return events.stream()
                .flatMap(event -> EventPattern.parse(event).stream())
                .anyMatch(pattern -> pattern.matches(type.name(), type.isRowEvent()));
    }

    private static List<String> columns(List<Resource> services, List<String> wanted) {
        if (wanted.isEmpty()) {
            return wanted;
        }
        requireRows(Field.COLUMNS, services);
        List<String> columns = wanted.stream().map(String::strip).distinct().toList();
        Set<String> known =
                services.stream().flatMap(SubscriptionRules::columns).collect(Collectors.toSet());
        for (String column : columns) {
            if (!known.contains(column)) {
                throw new SubscriptionException(
                        Field.COLUMNS,
                        services.size() == 1
                                ? "%s has no column '%s' that could become different. It has %s."
                                        .formatted(
                                                services.getFirst().name(),
                                                column,
                                                columns(services.getFirst()).collect(Collectors.joining(", ")))
                                : "None of the services whose events these are has a column '%s'.".formatted(column));
            }
        }
        return columns;
    }

    /** Those that a table has only with a setting among them: it may be set later. */
    private static Stream<String> columns(Resource resource) {
        Stream<String> declared = Stream.of(resource.columns(), resource.optionalColumns())
                .flatMap(List::stream)
                .map(Column::name);
        return Stream.concat(declared, resource.deletable() ? Stream.of("deleted_at") : Stream.empty());
    }

    private static void requireRows(Field field, List<Resource> services) {
        if (services.isEmpty()) {
            throw new SubscriptionException(
                    field, "None of the events is about a row, and only rows have columns. Leave it out.");
        }
    }

    private void check(long organizationId, Optional<Integration> integration, String condition) {
        if (condition.length() > LONGEST_CONDITION) {
            throw new SubscriptionException(
                    Field.CONDITION,
                    "A condition has at most %d characters, and this one has %d."
                            .formatted(LONGEST_CONDITION, condition.length()));
        }
        try {
            conditions.check(
                    organizationId,
                    integration.map(one -> OptionalLong.of(one.id())).orElseGet(OptionalLong::empty),
                    condition);
        } catch (QueryException e) {
            throw new SubscriptionException(Field.CONDITION, e.getMessage());
        }
    }

    private static List<String> origins(List<String> wanted) {
        List<String> origins = wanted.stream()
                .map(text -> text.strip().toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
        List<String> known = Arrays.stream(Origin.values()).map(Origin::label).toList();
        for (String origin : origins) {
            if (!known.contains(origin)) {
                throw new SubscriptionException(
                        Field.ORIGINS,
                        "There is no origin '%s'; there are %s.".formatted(origin, String.join(", ", known)));
            }
        }
        return origins;
    }

    /** Refuses what cannot be done. */
    static void require(Manner manner) {
        if (manner.rate().isPresent()
                && (manner.rate().getAsInt() < 1 || manner.rate().getAsInt() > FASTEST)) {
            throw new SubscriptionException(
                    Field.RATE, "Between 1 and %d requests per second can be sent.".formatted(FASTEST));
        }
        if (manner.concurrency() < 1 || manner.concurrency() > MOST_AT_A_TIME) {
            throw new SubscriptionException(
                    Field.CONCURRENCY, "Between 1 and %d requests can be sent at a time.".formatted(MOST_AT_A_TIME));
        }
    }
}
