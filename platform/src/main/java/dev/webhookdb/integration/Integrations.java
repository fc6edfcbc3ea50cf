package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Creates and lists integrations. Thread-safe. */
public final class Integrations {
    /** What {@link #read} reads. */
    static final String COLUMNS = "id, opaque_id, endpoint_id, organization_id, service_name, table_name";

    private final Database platform;
    private final StoredSettings settings;
    private final Services services;
    private final NewIntegrations made;
    private final SettingChanges supplying;
    private final TableChanges tableChanges;
    private volatile Runnable whenChanged = () -> {};

    /** Keeps integrations in the platform's database, with settings sealed by the sealer. */
    public Integrations(Database platform, Sealer sealer, ConnectorRegistry connectors, Tables tables) {
        this.platform = platform;
        this.settings = new StoredSettings(sealer);
        this.services = new Services(connectors);
        this.tableChanges = new TableChanges(platform, tables);
        this.made = new NewIntegrations(platform, settings, tables, tableChanges);
        this.supplying = new SettingChanges(platform, settings, services);
    }

    /** Has something run after every change made through this host; what other hosts change is told as an account event. */
    public void whenChanged(Runnable listener) {
        this.whenChanged = listener;
    }

    /**
     * Creates one endpoint that feeds a table per service, and the tables.
     *
     * @param names of services of one connector
     * @param supplied values by name of setting; what backfill needs may come later
     * @throws IntegrationException if the request cannot be met; nothing was created
     */
    public List<Integration> create(long organizationId, List<String> names, Map<String, String> supplied) {
        return create(organizationId, names, supplied, EndpointIds.random());
    }

    /**
     * The same with ids that somebody chose.
     *
     * @throws IntegrationException if the request cannot be met, or an id is taken; nothing was created
     */
    public List<Integration> create(
            long organizationId, List<String> names, Map<String, String> supplied, EndpointIds ids) {
        List<LoadedResource> resources = services.resources(names);
        Map<String, String> accepted = complete(resources, supplied);
        return changing(() -> made.make(organizationId, resources, accepted, ids));
    }

    /**
     * Tells whether an endpoint could be created; creates nothing.
     *
     * @return the values as they would be stored
     * @throws IntegrationException if not
     */
    public Map<String, String> checkComplete(List<String> names, Map<String, String> supplied) {
        return complete(services.resources(names), supplied);
    }

    private static Map<String, String> complete(List<LoadedResource> resources, Map<String, String> supplied) {
        Map<String, String> accepted = Services.accepted(resources, supplied);
        Services.requireComplete(resources, accepted);
        return accepted;
    }

    /**
     * Has an endpoint feed more tables.
     *
     * @param fed what it feeds already, at least one
     * @param names of further services of the same connector
     * @param ids of which the integrations' are used
     * @throws IntegrationException if it cannot, or lacks a setting that one of them needs; nothing was created
     */
    public List<Integration> extend(List<Integration> fed, List<String> names, EndpointIds ids) {
        List<String> together = Stream.concat(fed.stream().map(Integration::service), names.stream())
                .toList();
        List<LoadedResource> resources = services.resources(together);
        List<LoadedResource> added = resources.subList(fed.size(), resources.size());
        return changing(() -> made.extend(fed, resources, added, ids::of));
    }

    /** Returns what can be supplied for services of one connector, by name. */
    public Map<String, Setting> settings(List<String> names) {
        return Services.declared(services.resources(names));
    }

    /**
     * An endpoint with what was supplied for it. Prints no secrets.
     *
     * @param integrations what it feeds, oldest first
     * @param supplied values by name of setting
     * @param unreadable names of settings that were supplied, and sealed by a key that was lost
     */
    public record Configured(
            String opaqueId,
            String connectorId,
            List<Integration> integrations,
            Map<String, String> supplied,
            Set<String> unreadable) {
        /** Copies what it is given. */
        public Configured {
            integrations = List.copyOf(integrations);
            supplied = Map.copyOf(supplied);
            unreadable = Set.copyOf(unreadable);
        }

        @Override
        public String toString() {
            return "Configured[%s]".formatted(opaqueId);
        }
    }

    /** Returns an organization's endpoints with what was supplied for them, oldest first. */
    public List<Configured> configured(long organizationId) {
        Map<Long, List<Integration>> fed =
                of(organizationId).stream().collect(Collectors.groupingBy(Integration::endpointId));
        return platform
                .transaction(session -> {
                    Map<Long, StoredSettings.Supplied> all = settings.ofOrganization(session, organizationId);
                    return session.sql(
                                    "select id, opaque_id, connector_id from endpoint where organization_id = :organization order by id")
                            .bind("organization", organizationId)
                            .list(row -> {
                                long id = row.number("id");
                                StoredSettings.Supplied supplied =
                                        all.getOrDefault(id, StoredSettings.Supplied.NOTHING);
                                return new Configured(
                                        row.text("opaque_id"),
                                        row.text("connector_id"),
                                        fed.getOrDefault(id, List.of()),
                                        supplied.values(),
                                        supplied.unreadable());
                            });
                })
                .stream()
                .filter(one -> !one.integrations().isEmpty())
                .toList();
    }

    /**
     * Tells whether services exist and would take settings; creates nothing.
     *
     * @param names of services of one connector
     * @param supplied values by name of setting, of which there may be fewer than are needed
     * @return the values as they would be stored
     * @throws IntegrationException if not
     */
    public Map<String, String> check(List<String> names, Map<String, String> supplied) {
        return Services.accepted(services.resources(names), supplied);
    }

    /**
     * Creates an endpoint and its tables before anybody supplied a setting, because people need the endpoint's URL to get at some of
     * them. Until the settings are there, webhooks are kept unverified, and asked for again.
     *
     * @param names of services of one connector
     * @throws IntegrationException if that cannot be; nothing was created
     */
    public List<Integration> prepare(long organizationId, List<String> names) {
        List<LoadedResource> resources = services.resources(names);
        return changing(() -> made.make(organizationId, resources, Map.of(), EndpointIds.random()));
    }

    /**
     * Supplies settings of an integration's endpoint: new ones, or others in the place of what was supplied before. What was rejected
     * there is due to be verified again from now on.
     *
     * @throws IntegrationException if one of them cannot be right, or decides that a secret which is not supplied with it goes
     *     elsewhere; nothing was changed
     */
    public void supply(Integration integration, Map<String, String> supplied) {
        supplied(integration, supplied, List.of(), Diverted::requireNone);
    }

    /**
     * Supplies settings, and forgets others.
     *
     * @param withdrawn names of settings that are to be as if nobody had supplied them
     * @throws IntegrationException if one of them cannot be right, is needed, or decides that a secret which is not supplied with it
     *     goes elsewhere; nothing was changed
     */
    public void supply(Integration integration, Map<String, String> supplied, List<String> withdrawn) {
        supplied(integration, supplied, withdrawn, Diverted::requireNone);
    }

    /**
     * Supplies one setting to somebody who is asked for them one by one. Secrets that would go elsewhere with it are forgotten, so that
     * they are asked for again.
     *
     * @return names of the secrets that were forgotten
     * @throws IntegrationException if it cannot be right; nothing was changed
     */
    public List<String> supply(Integration integration, String name, String value) {
        return supplied(integration, Map.of(name, value), List.of(), diverted -> {})
                .secrets();
    }

    private Diverted supplied(
            Integration integration, Map<String, String> supplied, List<String> withdrawn, Consumer<Diverted> check) {
        long endpoint = integration.endpointId();
        List<Integration> fed = of(integration.organizationId()).stream()
                .filter(other -> other.endpointId() == endpoint)
                .toList();
        return changing(() -> supplying.change(endpoint, fed, supplied, withdrawn, check));
    }

    /** Returns an integration by its number, unless its organization is closed. */
    public Optional<Integration> find(long id) {
        return platform.transaction(session -> find(session, id));
    }

    /** The same in a transaction of the caller's. */
    public static Optional<Integration> find(Session platform, long id) {
        return platform.sql("""
                        select %s
                        from integration
                        where id = :id and organization_id in (select id from organization where closed_at is null)""".formatted(COLUMNS)).bind("id", id).first(Integrations::read);
    }

    /** Returns an organization's integrations with an opaque id, a table or a service of that name; several only for a service. */
    public List<Integration> named(long organizationId, String name) {
        return of(organizationId).stream()
                .filter(integration -> integration.opaqueId().equals(name)
                        || integration.table().equals(name)
                        || integration.service().equals(name))
                .toList();
    }

    /** Returns what an endpoint of an organization feeds, oldest first; nothing if there is no such endpoint. */
    public List<Integration> of(long organizationId, String endpoint) {
        return platform.transaction(session -> session.sql("""
                        select %s
                        from integration where organization_id = :organization
                          and endpoint_id = (select id from endpoint where opaque_id = :endpoint) order by id""".formatted(COLUMNS))
                .bind("organization", organizationId)
                .bind("endpoint", endpoint)
                .list(Integrations::read));
    }

    /** Returns an organization's integrations, oldest first. */
    public List<Integration> of(long organizationId) {
        return platform.transaction(session -> session.sql("""
                        select %s
                        from integration where organization_id = :organization order by id""".formatted(COLUMNS))
                .bind("organization", organizationId)
                .list(Integrations::read));
    }

    /** Returns the integrations of all organizations that are not closed, oldest first. */
    public List<Integration> all() {
        return platform.transaction(
                session -> session.sql("""
                        select %s
                        from integration
                        where organization_id in (select id from organization where closed_at is null) order by id""".formatted(COLUMNS)).list(Integrations::read));
    }

    static Integration read(Row row) {
        return new Integration(
                row.number("id"),
                row.text("opaque_id"),
                row.number("endpoint_id"),
                row.number("organization_id"),
                row.text("service_name"),
                row.text("table_name"));
    }

    /**
     * Deletes an integration, its endpoint if that feeds nothing else, and the table with everything in it.
     *
     * @throws IntegrationException if views need the table; nothing was deleted
     */
    public void delete(Integration integration) {
        changing(() -> {
            tableChanges.delete(integration);
            return integration;
        });
    }

    /**
     * Gives an integration's table another name.
     *
     * @throws IntegrationException if the name cannot be used, or is taken
     */
    public void rename(Integration integration, String name) {
        changing(() -> {
            tableChanges.rename(integration, name);
            return integration;
        });
    }

    /** What cannot be brought to its end is begun all the same, and finished later. */
    private <T> T changing(Supplier<T> change) {
        try {
            return change.get();
        } finally {
            whenChanged.run();
        }
    }

    /** Returns who finishes what a host that died had begun, by the kind of it. */
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        return tableChanges.unfinished();
    }
}
