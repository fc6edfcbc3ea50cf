package dev.webhookdb.declare;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.backfill.Timetable;
import dev.webhookdb.integration.EndpointIds;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Integrations.Configured;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.spi.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Endpoints with the tables that they feed. Thread-safe.
 *
 * @param whenComplete is given integrations that have all they need for webhooks, or for backfills
 */
record ManagedIntegrations(
        Integrations integrations,
        Setup setup,
        Timetable timetable,
        Audit audit,
        Consumer<List<Integration>> whenComplete)
        implements ManagedKind {
    private static final String CONNECTOR = "connector";
    private static final String SERVICES = "services";
    private static final String SETTINGS = "settings";
    private static final String TABLES = "tables";
    private static final String SCHEDULE = "schedule";
    private static final String USUAL = "usual";
    private static final String NEVER = "never";

    @Override
    public Kind kind() {
        return Kind.INTEGRATION;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        Map<Long, Duration> wishes = timetable.wishes();
        return integrations.configured(organization.id()).stream()
                .map(one -> existing(one, wishes))
                .toList();
    }

    private Existing existing(Configured endpoint, Map<Long, Duration> wishes) {
        List<Integration> fed = endpoint.integrations();
        Attributes attributes = new Attributes()
                .with(SERVICES, fed.stream().map(Integration::service).toList());
        fed.forEach(one -> attributes.with(path(TABLES, one.service()), one.table()));
        endpoint.supplied().forEach((name, value) -> {
            if (isSecret(fed, name)) {
                attributes.withSecret(path(SETTINGS, name), value);
            } else {
                attributes.with(path(SETTINGS, name), value);
            }
        });
        // no setting can be an empty text, so that any value that a file gives is another one
        endpoint.unreadable().forEach(name -> attributes.withSecret(path(SETTINGS, name), ""));
        attributes.with(
                SCHEDULE,
                fed.stream()
                        .map(one -> schedule(Optional.ofNullable(wishes.get(one.id()))))
                        .distinct()
                        .collect(Collectors.joining(", ")));
        String label = fed.size() == 1 ? fed.getFirst().service() : endpoint.connectorId();
        Set<String> unreadable =
                endpoint.unreadable().stream().map(name -> path(SETTINGS, name)).collect(Collectors.toSet());
        return new Existing(endpoint.opaqueId(), label, attributes.all(), unreadable);
    }

    private static String path(String attribute, String name) {
        return attribute + "." + name;
    }

    private static String schedule(Optional<Duration> wish) {
        return wish.map(interval -> interval.isZero() ? NEVER : interval.toString())
                .orElse(USUAL);
    }

    /** What no connector that is loaded knows is better taken for one. */
    private boolean isSecret(List<Integration> fed, String setting) {
        return setup.declared(fed.getFirst(), setting).map(Setting::kind).orElse(Setting.Kind.SECRET)
                == Setting.Kind.SECRET;
    }

    @Override
    public Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        List<String> services = services(scope, wish, existing);
        Map<String, String> supplied = supplied(wish);
        Map<String, String> accepted = accepted(services, supplied, existing.isEmpty());
        Map<String, Setting> declared = integrations.settings(services);
        Map<String, Value> wanted = new LinkedHashMap<>();
        wanted.put(SERVICES, new Value(services, false, false, wish.at()));
        wish.attributes().forEach((path, value) -> {
            if (path.startsWith(SETTINGS + ".")) {
                Setting setting = declared.get(path.substring(SETTINGS.length() + 1));
                wanted.put(path, accepted(setting, value, accepted));
            } else if (!path.equals(CONNECTOR) && !path.equals(SERVICES)) {
                wanted.put(path, value);
            }
        });
        return wanted;
    }

    private Map<String, String> accepted(List<String> services, Map<String, String> supplied, boolean whole) {
        try {
            return whole ? integrations.checkComplete(services, supplied) : integrations.check(services, supplied);
        } catch (IntegrationException e) {
            if (e.kind() == IntegrationException.Kind.INVALID_SETTING) {
                supplied.forEach((name, value) -> requireSetting(services, name, value));
            }
            throw e;
        }
    }

    /** Says which of several settings is the wrong one. */
    private void requireSetting(List<String> services, String name, String value) {
        try {
            integrations.check(services, Map.of(name, value));
        } catch (IntegrationException e) {
            throw new RejectedException(path(SETTINGS, name), e.getMessage());
        }
    }

    private static Value accepted(Setting setting, Value value, Map<String, String> accepted) {
        return new Value(
                value.isKept() ? List.of() : List.of(accepted.get(setting.name())),
                setting.kind() == Setting.Kind.SECRET,
                value.isKept(),
                value.at());
    }

    /** In the order in which there are some already. Without leave to prune, a table stays whose service no file has any more. */
    private List<String> services(Scope scope, Wish wish, Optional<Existing> existing) {
        Set<String> said = new LinkedHashSet<>(services(wish));
        Set<String> services = new LinkedHashSet<>();
        existing.map(one -> one.attributes().get(SERVICES).texts()).orElse(List.of()).stream()
                .filter(service -> !scope.prune() || said.contains(service))
                .forEach(services::add);
        services.addAll(said);
        return List.copyOf(services);
    }

    private List<String> services(Wish wish) {
        Optional<String> connector = wish.text(CONNECTOR);
        if (connector.isEmpty()) {
            return wish.texts(SERVICES);
        }
        List<String> services = setup.services(connector.get());
        if (services.isEmpty()) {
            throw new RejectedException(
                    CONNECTOR,
                    "no connector '%s' is loaded; 'webhookdb connectors list' shows those that are, and why others are not"
                            .formatted(connector.get()));
        }
        return services;
    }

    private static Map<String, String> supplied(Wish wish) {
        Map<String, String> supplied = new LinkedHashMap<>();
        wish.below(SETTINGS).forEach((name, value) -> {
            if (!value.isKept()) {
                supplied.put(name, value.text());
            }
        });
        return supplied;
    }

    @Override
    public String create(Scope scope, Wish wish) {
        EndpointIds ids = scope.id(wish).map(EndpointIds::stable).orElseGet(EndpointIds::random);
        String id = ids.endpoint();
        long organization = scope.organization().id();
        List<Integration> created = integrations.create(organization, wish.texts(SERVICES), supplied(wish), ids);
        scope.endpoints().put(wish.name(), id);
        created.forEach(one -> audit.note(scope.actor(), organization, "create integration", one.table()));
        rename(scope, created, wish);
        if (!wish.text(SCHEDULE).orElse(USUAL).equals(USUAL)) {
            schedule(scope, created, wish);
        }
        whenComplete.accept(integrations.of(organization, id));
        return id;
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        long organization = scope.organization().id();
        List<Integration> fed = integrations.of(organization, existing.id());
        if (different.stream().anyMatch(path -> path.startsWith(SETTINGS + "."))) {
            supply(scope, existing, fed, wish);
        }
        if (different.contains(SERVICES)) {
            fed = withServices(scope, existing, fed, wish);
        }
        rename(scope, fed, wish);
        if (different.contains(SCHEDULE)) {
            schedule(scope, fed, wish);
        }
        whenComplete.accept(integrations.of(organization, existing.id()));
    }

    private void supply(Scope scope, Existing existing, List<Integration> fed, Wish wish) {
        Set<String> said = wish.below(SETTINGS).keySet();
        List<String> withdrawn = existing.attributes().keySet().stream()
                .filter(path -> path.startsWith(SETTINGS + "."))
                .map(path -> path.substring(SETTINGS.length() + 1))
                .filter(name -> !said.contains(name))
                .toList();
        Integration first = fed.getFirst();
        integrations.supply(first, supplied(wish), withdrawn);
        audit.note(scope.actor(), first.organizationId(), "supply settings", first.table());
    }

    private List<Integration> withServices(Scope scope, Existing existing, List<Integration> fed, Wish wish) {
        Set<String> missing = new LinkedHashSet<>(wish.texts(SERVICES));
        List<Integration> superfluous = new ArrayList<>();
        for (Integration one : fed) {
            if (!missing.remove(one.service())) {
                superfluous.add(one);
            }
        }
        if (!missing.isEmpty()) {
            integrations
                    .extend(fed, List.copyOf(missing), EndpointIds.stable(existing.id()))
                    .forEach(one -> audit.note(scope.actor(), one.organizationId(), "create integration", one.table()));
        }
        superfluous.forEach(one -> delete(scope, one));
        return integrations.of(scope.organization().id(), existing.id());
    }

    private void rename(Scope scope, List<Integration> fed, Wish wish) {
        for (Integration one : fed) {
            wish.text(path(TABLES, one.service()))
                    .filter(name -> !name.equals(one.table()))
                    .ifPresent(name -> {
                        integrations.rename(one, name);
                        audit.note(
                                scope.actor(),
                                one.organizationId(),
                                "rename table",
                                "%s to %s".formatted(one.table(), name));
                    });
        }
    }

    private void schedule(Scope scope, List<Integration> fed, Wish wish) {
        String text = wish.text(SCHEDULE).orElse(USUAL);
        Optional<Duration> interval = switch (text) {
            case USUAL -> Optional.empty();
            case NEVER -> Optional.of(Duration.ZERO);
            default -> Optional.of(Duration.parse(text));
        };
        for (Integration one : fed) {
            timetable.set(one, interval);
            audit.note(
                    scope.actor(), one.organizationId(), "schedule backfills", "%s: %s".formatted(one.table(), text));
        }
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        integrations.of(scope.organization().id(), existing.id()).forEach(one -> delete(scope, one));
    }

    private void delete(Scope scope, Integration integration) {
        integrations.delete(integration);
        audit.note(scope.actor(), integration.organizationId(), "delete integration", integration.table());
    }
}
