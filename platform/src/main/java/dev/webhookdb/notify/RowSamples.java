package dev.webhookdb.notify;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Examples of what integrations tell: their newest row, or one in which everything is NULL. Thread-safe. */
final class RowSamples implements Trial.Samples {
    private static final Logger LOG = LoggerFactory.getLogger(RowSamples.class);

    private final LongFunction<Database> organizations;
    private final Integrations integrations;
    private final ConnectorRegistry connectors;

    RowSamples(LongFunction<Database> organizations, Integrations integrations, ConnectorRegistry connectors) {
        this.organizations = organizations;
        this.integrations = integrations;
        this.connectors = connectors;
    }

    @Override
    public Optional<Trial.Sample> of(long organizationId, long integration) {
        return integrations
                .find(integration)
                .filter(one -> one.organizationId() == organizationId)
                .flatMap(one -> connectors.resource(one.service()).map(resource -> sample(one, resource.resource())));
    }

    private Trial.Sample sample(Integration integration, Resource resource) {
        Table table = new Table(integration.table(), resource);
        Json.Obj row = newest(integration, table).orElseGet(() -> empty(table));
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("origin", new Json.Str("webhook"));
        fields.put("service_name", new Json.Str(integration.service()));
        fields.put("table_name", new Json.Str(integration.table()));
        fields.put("external_id", row.at(table.key()));
        fields.put("external_id_column", new Json.Str(table.key()));
        fields.put("row", row);
        fields.put("changes", new Json.Obj(Map.of()));
        return new Trial.Sample("%s.updated".formatted(integration.service()), new Json.Obj(fields));
    }

    private Optional<Json.Obj> newest(Integration integration, Table table) {
        try {
            return organizations
                    .apply(integration.organizationId())
                    .transaction(session -> session.sql(table.newest()).first(row -> row.text("row")))
                    .map(text -> (Json.Obj) JsonReader.read(text.getBytes(StandardCharsets.UTF_8)));
        } catch (DatabaseException e) {
            // whoever tries an endpoint wants to know about that, and not about the database
            LOG.debug("{} cannot be read for an example", table.name(), e);
            return Optional.empty();
        }
    }

    private static Json.Obj empty(Table table) {
        Map<String, Json> row = new LinkedHashMap<>();
        table.shown().forEach(name -> row.put(name, new Json.Null()));
        return new Json.Obj(row);
    }
}
