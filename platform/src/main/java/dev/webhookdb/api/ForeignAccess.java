package dev.webhookdb.api;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.schema.ForeignTables;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** An organization's tables in somebody's own PostgreSQL. Thread-safe. */
final class ForeignAccess {
    private static final String DEFAULT_FETCH_SIZE = "50000";
    private static final int LARGEST_FETCH_SIZE = 1_000_000;

    private final OrganizationDatabases databases;
    private final Integrations integrations;

    ForeignAccess(OrganizationDatabases databases, Integrations integrations) {
        this.databases = databases;
        this.integrations = integrations;
    }

    /** Answers with all statements; which of them are the message, which the command line client prints, is the caller's choice. */
    JsonObjectBuilder statements(Call call) {
        Parameters parameters = call.parameters();
        var names = new ForeignTables.Names(
                name(parameters, "remote_server_name", "webhookdb_remote"),
                name(parameters, "local_schema", "webhookdb_remote"),
                name(parameters, "view_schema", "webhookdb"));
        int fetchSize = fetchSize(parameters);
        long organization = call.organization().id();
        var foreign = new ForeignTables(names);
        Map<String, ForeignTables.Source> sources = sources(organization);
        String servers =
                foreign.servers(databases.foreignServer(organization), fetchSize, List.copyOf(sources.values()));
        Map<String, Json> views = new LinkedHashMap<>();
        sources.forEach((id, source) -> views.put(id, new Json.Str(foreign.view(source))));
        String allViews = sources.values().stream()
                .map(foreign::view)
                .collect(Collectors.joining("\n", foreign.viewSchema() + "\n", ""));
        String everything = servers + "\n" + allViews;
        String message =
                parameters.isTrue("message_fdw") ? servers : parameters.isTrue("message_views") ? allViews : everything;
        return new JsonObjectBuilder()
                .with("fdw_sql", servers)
                .with("views_sql", allViews)
                .with("compound_sql", everything)
                .with("views", new Json.Obj(views))
                .with("message", message);
    }

    /** The oldest table of a service is seen under the service's name, which is what applications are written for; others keep theirs. */
    private Map<String, ForeignTables.Source> sources(long organization) {
        List<Integration> all = integrations.of(organization);
        Set<String> taken = all.stream().map(Integration::table).collect(Collectors.toCollection(HashSet::new));
        Map<String, List<String>> columns = new LinkedHashMap<>();
        databases
                .open(organization)
                .run(session -> session.sql("""
                        select relname::text as table_name, attname::text as column_name
                          from pg_attribute join pg_class on pg_class.oid = attrelid
                         where relnamespace = 'public'::regnamespace and relkind = 'r'
                           and attnum > 0 and not attisdropped and attname not like '\\_%'
                         order by relname, attnum""")
                        .list(row -> columns.computeIfAbsent(row.text("table_name"), table -> new ArrayList<>())
                                .add(row.text("column_name"))));
        Map<String, ForeignTables.Source> sources = new LinkedHashMap<>();
        for (Integration integration : all) {
            String view = taken.add(integration.service()) ? integration.service() : integration.table();
            sources.put(
                    integration.opaqueId(),
                    new ForeignTables.Source(
                            integration.table(), view, columns.getOrDefault(integration.table(), List.of("pk"))));
        }
        return sources;
    }

    private static String name(Parameters parameters, String parameter, String usual) {
        String name = parameters.text(parameter).orElse(usual);
        if (!Identifiers.isAllowed(name)) {
            throw ApiException.invalid(parameter, "'%s' cannot be used: a name %s.".formatted(name, Identifiers.RULE));
        }
        return name;
    }

    private static int fetchSize(Parameters parameters) {
        String text = parameters.text("fetch_size").orElse(DEFAULT_FETCH_SIZE);
        if (!text.matches("[1-9][0-9]{0,6}") || Integer.parseInt(text) > LARGEST_FETCH_SIZE) {
            throw ApiException.invalid(
                    "fetch_size",
                    "The number of rows to fetch at once is between 1 and %d.".formatted(LARGEST_FETCH_SIZE));
        }
        return Integer.parseInt(text);
    }
}
