package dev.webhookdb.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.webhookdb.api.Fixtures;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.schema.Fixture;
import dev.webhookdb.schema.RowSchema;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Identifiers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fixtures of all services in one database, each with its sample row; whichever PostgreSQL that is. */
public final class AllFixtures {
    private AllFixtures() {}

    static List<Resource> services() {
        return ConnectorModules.all().stream()
                .flatMap(connector -> connector.resources().stream())
                .toList();
    }

    /** Makes all tables in the schema {@code public}, and checks that each sample row is what its service declares. */
    public static void requireInOneSchema(Database database) {
        Fixtures fixtures = new Fixtures(database);
        for (Resource service : services()) {
            Fixture fixture = Fixture.of(service);
            String sample = fixtures.sample(fixture, service);
            database.run(session -> {
                session.sql(fixture.schema()).execute();
                session.sql(sample).execute();
            });

            Json row = row(database, service.name() + "_fixture");

            assertThat(missing(row)).as(sample).isSubsetOf("deleted_at");
            assertThat(columns(row)).containsExactlyElementsOf(declared(service));
            assertThat(violations(service, row)).as(sample).isEmpty();
        }
    }

    /** The order of {@code jsonb}'s fields is PostgreSQL's; that of {@code json} is the table's. */
    static Json row(Database database, String table) {
        return JsonReader.read(database.transaction(
                        session -> session.sql("select row_to_json(one)::text as json from %s as one"
                                        .formatted(Identifiers.quote(table)))
                                .one(row -> row.text("json")))
                .getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> declared(Resource service) {
        List<String> columns = new ArrayList<>(List.of("pk", service.key().name()));
        service.columns().forEach(column -> columns.add(column.name()));
        if (service.deletable()) {
            columns.add("deleted_at");
        }
        columns.add("data");
        return columns;
    }

    static List<String> columns(Json row) {
        return List.copyOf(((Json.Obj) row).fields().keySet());
    }

    private static List<String> missing(Json row) {
        return columns(row).stream()
                .filter(column -> row.at(column) instanceof Json.Null)
                .toList();
    }

    static List<?> violations(Resource service, Json row) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JsonWriter.write(RowSchema.of(service)))
                .validate(
                        JsonWriter.write(row),
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }
}
