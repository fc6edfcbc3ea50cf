package dev.webhookdb.api;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.schema.Fixture;
import dev.webhookdb.schema.RowSchema;
import dev.webhookdb.schema.SampleResource;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Identifiers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What people need to test against a service's table without the service. Thread-safe. */
public final class Fixtures {
    private static final String SQL = "sql";
    private static final String JSON_SCHEMA = "json-schema";

    private final Database converter;

    /** @param converter any PostgreSQL: conversions exist in SQL only. Nothing is read from it, nor written */
    public Fixtures(Database converter) {
        this.converter = converter;
    }

    JsonObjectBuilder of(Resource resource, Parameters parameters) {
        String format = parameters.text("format").orElse(SQL);
        if (!Set.of(SQL, JSON_SCHEMA).contains(format)) {
            throw new ApiException(
                    400,
                    "invalid_input",
                    "There is no format '%s'; there are %s and %s.".formatted(format, SQL, JSON_SCHEMA));
        }
        Fixture fixture = parameters
                .text("table")
                .map(table -> Fixture.of(resource, allowed(table)))
                .orElseGet(() -> Fixture.of(resource));
        JsonObjectBuilder fields =
                new JsonObjectBuilder().with("schema_sql", fixture.schema()).with("message", "");
        if (format.equals(JSON_SCHEMA)) {
            fields.with("json_schema", RowSchema.of(resource));
        }
        if (parameters.isTrue("sample")) {
            fields.with("sample_sql", sample(fixture, resource));
        }
        return fields;
    }

    /** Returns the statement that inserts a row as the platform would have stored it, had the provider sent the sample. */
    public String sample(Fixture fixture, Resource resource) {
        Json sent = SampleResource.of(resource);
        String data = JsonWriter.write(sent);
        Map<String, String> values = converter.transaction(session -> session.sql(fixture.conversion())
                .bind("data", data)
                .bind("as_of", SampleResource.asOf())
                .one(row -> {
                    Map<String, String> present = new LinkedHashMap<>();
                    row.columns()
                            .forEach(column -> row.optionalText(column).ifPresent(text -> present.put(column, text)));
                    return present;
                }));
        return fixture.insert(values, data);
    }

    private static String allowed(String table) {
        if (!Identifiers.isAllowed(table)) {
            throw ApiException.invalid("table", "A table's name %s.".formatted(Identifiers.RULE));
        }
        return table;
    }
}
