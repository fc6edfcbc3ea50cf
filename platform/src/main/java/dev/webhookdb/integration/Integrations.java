package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Creates and lists integrations. Thread-safe. */
public final class Integrations {
    /** What {@link #read} reads. */
    static final String COLUMNS = "id, opaque_id, endpoint_id, organization_id, service_name, table_name";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database platform;
    private final StoredSettings settings;
    private final Services services;
    private final Tables tables;
    private final TableChanges changes;
    private volatile Runnable whenChanged = () -> {};

    /** Keeps integrations in the platform's database, with settings sealed by the sealer. */
    public Integrations(Database platform, Sealer sealer, ConnectorRegistry connectors, Tables tables) {
        this.platform = platform;
        this.settings = new StoredSettings(sealer);
        this.services = new Services(connectors);
        this.tables = tables;
        this.changes = new TableChanges(platform, tables);
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
        return make(organizationId, resources, complete(resources, supplied), ids);
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
        Integration first = fed.getFirst();
        List<String> together = Stream.concat(fed.stream().map(Integration::service), names.stream())
                .toList();
        List<LoadedResource> resources = services.resources(together);
        List<LoadedResource> added = resources.subList(fed.size(), resources.size());
        List<Integration> created = platform.transaction(session -> {
            Services.requireComplete(
                    resources, settings.open(session, first.endpointId()).values());
            return insert(session, first.endpointId(), first.organizationId(), added, ids::of);
        });
        return withTables(created);
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
        return make(organizationId, services.resources(names), Map.of(), EndpointIds.random());
    }

    private List<Integration> make(
            long organizationId, List<LoadedResource> resources, Map<String, String> supplied, EndpointIds ids) {
        String connector = resources.getFirst().connectorId();
        return withTables(platform.transaction(session -> {
            long endpoint = insertEndpoint(session, ids.endpoint(), organizationId, connector);
            settings.put(session, endpoint, supplied);
            return insert(
                    session,
                    endpoint,
                    organizationId,
                    resources,
                    service -> resources.size() == 1 ? ids.endpoint() : ids.of(service));
        }));
    }

    private static List<Integration> insert(
            Session session,
            long endpoint,
            long organizationId,
            List<LoadedResource> resources,
            UnaryOperator<String> idOf) {
        List<Integration> integrations = new ArrayList<>();
        for (LoadedResource resource : resources) {
            String service = resource.resource().name();
            integrations.add(insertIntegration(session, idOf.apply(service), endpoint, organizationId, service));
        }
        integrations.forEach(
                integration -> Told.integration(session, AccountEventType.INTEGRATION_CREATED, integration));
        return integrations;
    }

    private List<Integration> withTables(List<Integration> created) {
        changing(() -> {
            try {
                tables.create(created);
            } catch (RuntimeException e) {
                undoing(created, e);
                throw e;
            }
        });
        return created;
    }

    /** What cannot be undone now stays, and its tables are made before their first use. */
    private void undoing(List<Integration> created, RuntimeException reason) {
        try {
            created.forEach(changes::deleteNow);
        } catch (RuntimeException another) {
            reason.addSuppressed(another);
        }
    }

    /**
     * Supplies settings of an integration's endpoint: new ones, or others in the place of what was supplied before. What was rejected
     * there is due to be verified again from now on.
     *
     * @throws IntegrationException if one of them cannot be right, or decides that a secret which is not supplied with it goes
     *     elsewhere; nothing was changed
     */
    public void supply(Integration integration, Map<String, String> supplied) {
        change(integration, supplied, List.of(), Diverted::requireNone);
    }

    /**
     * Supplies settings, and forgets others.
     *
     * @param withdrawn names of settings that are to be as if nobody had supplied them
     * @throws IntegrationException if one of them cannot be right, is needed, or decides that a secret which is not supplied with it
     *     goes elsewhere; nothing was changed
     */
    public void supply(Integration integration, Map<String, String> supplied, List<String> withdrawn) {
        change(integration, supplied, withdrawn, Diverted::requireNone);
    }

    /**
     * Supplies one setting to somebody who is asked for them one by one. Secrets that would go elsewhere with it are forgotten, so that
     * they are asked for again.
     *
     * @return names of the secrets that were forgotten
     * @throws IntegrationException if it cannot be right; nothing was changed
     */
    public List<String> supply(Integration integration, String name, String value) {
        return change(integration, Map.of(name, value), List.of(), diverted -> {})
                .secrets();
    }

    private Diverted change(
            Integration integration, Map<String, String> supplied, List<String> withdrawn, Consumer<Diverted> check) {
        List<Integration> fed = of(integration.organizationId()).stream()
                .filter(other -> other.endpointId() == integration.endpointId())
                .toList();
        List<LoadedResource> resources =
                fed.stream().map(other -> services.resource(other.service())).toList();
        Map<String, String> accepted = Services.accepted(resources, supplied);
        long endpoint = integration.endpointId();
        Diverted came = platform.transaction(session -> {
            // first, because it makes whoever supplies a secret meanwhile wait
            session.sql("update endpoint set resupplied_at = clock_timestamp() where id = :endpoint")
                    .bind("endpoint", endpoint)
                    .execute();
            Map<String, byte[]> stored = StoredSettings.sealed(session, endpoint);
            Map<String, String> given = new LinkedHashMap<>(accepted);
            withdrawn.forEach(name -> given.put(name, null));
            if (!withdrawn.isEmpty()) {
                Map<String, String> left = new HashMap<>(given);
                stored.keySet().forEach(name -> left.putIfAbsent(name, ""));
                left.keySet().removeAll(withdrawn);
                Services.requireComplete(resources, left);
            }
            Diverted diverted = Diverted.by(resources, given, stored, settings::is);
            check.accept(diverted);
            StoredSettings.remove(session, endpoint, diverted.secrets());
            StoredSettings.remove(session, endpoint, withdrawn);
            accepted.entrySet()
                    .removeIf(one ->
                            stored.containsKey(one.getKey()) && settings.is(stored.get(one.getKey()), one.getValue()));
            settings.put(session, endpoint, accepted);
            fed.forEach(one -> Told.integration(session, AccountEventType.INTEGRATION_UPDATED, one));
            return diverted;
        });
        whenChanged.run();
        return came;
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

    private static long insertEndpoint(Session session, String opaqueId, long organizationId, String connector) {
        return session.sql("""
                        insert into endpoint (opaque_id, organization_id, connector_id)
                        values (:opaque, :organization, :connector) returning id""")
                .bind("opaque", opaqueId)
                .bind("organization", organizationId)
                .bind("connector", connector)
                .one(row -> row.number("id"));
    }

    /** Four hexadecimal digits tell an organization's tables of one service apart; taken ones are drawn again. */
    private static Integration insertIntegration(
            Session session, String opaqueId, long endpoint, long organizationId, String service) {
        for (int attempt = 0; attempt < 100; attempt++) {
            byte[] digits = new byte[2];
            RANDOM.nextBytes(digits);
            var inserted = session.sql("""
                            insert into integration (opaque_id, endpoint_id, organization_id, service_name, table_name)
                            select :opaque, :endpoint, :organization, :service, :table
                             where not exists (select from intent where organization_id = :organization
                                     and (subject = :table or detail = :table) and kind in ('rename table', 'drop table'))
                            on conflict (organization_id, table_name) do nothing
                            returning %s""".formatted(COLUMNS))
                    .bind("opaque", opaqueId)
                    .bind("endpoint", endpoint)
                    .bind("organization", organizationId)
                    .bind("service", service)
                    .bind("table", service + "_" + HexFormat.of().formatHex(digits))
                    .first(Integrations::read);
            if (inserted.isPresent()) {
                return inserted.get();
            }
        }
        throw new IllegalStateException("No free table name was found for " + service);
    }

    /**
     * Deletes an integration, its endpoint if that feeds nothing else, and the table with everything in it.
     *
     * @throws IntegrationException if views need the table; nothing was deleted
     */
    public void delete(Integration integration) {
        changing(() -> changes.delete(integration));
    }

    /**
     * Gives an integration's table another name.
     *
     * @throws IntegrationException if the name cannot be used, or is taken
     */
    public void rename(Integration integration, String name) {
        changing(() -> changes.rename(integration, name));
    }

    /** What cannot be brought to its end is begun all the same, and finished later. */
    private void changing(Runnable change) {
        try {
            change.run();
        } finally {
            whenChanged.run();
        }
    }

    /** Returns who finishes what a host that died had begun, by the kind of it. */
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        return changes.unfinished();
    }
}
