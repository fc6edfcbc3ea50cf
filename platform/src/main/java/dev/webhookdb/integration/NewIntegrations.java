package dev.webhookdb.integration;

import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Makes endpoints, integrations and their tables: all that is asked for, or nothing. Thread-safe. */
final class NewIntegrations {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database platform;
    private final StoredSettings settings;
    private final Tables tables;
    private final TableChanges changes;

    NewIntegrations(Database platform, StoredSettings settings, Tables tables, TableChanges changes) {
        this.platform = platform;
        this.settings = settings;
        this.tables = tables;
        this.changes = changes;
    }

    /** Makes an endpoint that feeds a table for each resource, all of one connector. */
    List<Integration> make(
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
        try {
            tables.create(created);
        } catch (RuntimeException e) {
            undoing(created, e);
            throw e;
        }
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

    /** Has an endpoint feed more. */
    List<Integration> extend(
            List<Integration> fed,
            List<LoadedResource> together,
            List<LoadedResource> added,
            UnaryOperator<String> idOf) {
        Integration first = fed.getFirst();
        return withTables(platform.transaction(session -> {
            Services.requireComplete(
                    together, settings.open(session, first.endpointId()).values());
            return insert(session, first.endpointId(), first.organizationId(), added, idOf);
        }));
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
                            returning %s""".formatted(Integrations.COLUMNS))
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
}
