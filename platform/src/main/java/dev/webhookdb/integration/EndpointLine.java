package dev.webhookdb.integration;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Settings;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An endpoint as one line of JSON, with its settings in plain: for a text that is sealed as a whole. */
final class EndpointLine {
    private EndpointLine() {}

    /** Writes one; always the same for the same endpoint. */
    static String write(Endpoint endpoint) {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("id", number(endpoint.id()));
        fields.put("opaque_id", new Json.Str(endpoint.opaqueId()));
        fields.put("organization_id", number(endpoint.organizationId()));
        fields.put("connector_id", new Json.Str(endpoint.connectorId()));
        fields.put(
                "integrations",
                new Json.Arr(endpoint.integrations().stream()
                        .map(EndpointLine::integration)
                        .toList()));
        fields.put("settings", settings(endpoint.settings()));
        fields.put(
                "former",
                new Json.Arr(
                        endpoint.former().stream().map(EndpointLine::former).toList()));
        return JsonWriter.write(new Json.Obj(fields));
    }

    private static Json integration(Integration integration) {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("id", number(integration.id()));
        fields.put("opaque_id", new Json.Str(integration.opaqueId()));
        fields.put("service", new Json.Str(integration.service()));
        fields.put("table", new Json.Str(integration.table()));
        return new Json.Obj(fields);
    }

    private static Json former(Endpoint.Former former) {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("setting", new Json.Str(former.setting()));
        fields.put("settings", settings(former.settings()));
        fields.put("until", new Json.Str(former.until().toString()));
        return new Json.Obj(fields);
    }

    private static Json settings(Settings settings) {
        Map<String, Json> fields = new TreeMap<>();
        ((SuppliedSettings) settings).revealed().forEach((name, value) -> fields.put(name, new Json.Str(value)));
        return new Json.Obj(fields);
    }

    private static Json number(long value) {
        return new Json.Num(BigDecimal.valueOf(value));
    }

    /** Reads what was {@linkplain #write written}; throws an IllegalArgumentException if it is something else. */
    static Endpoint read(String line) {
        try {
            Json json = JsonReader.read(line.getBytes(StandardCharsets.UTF_8));
            long id = number(json, "id");
            long organization = number(json, "organization_id");
            return new Endpoint(
                    id,
                    text(json, "opaque_id"),
                    organization,
                    text(json, "connector_id"),
                    json.items("integrations").stream()
                            .map(one -> new Integration(
                                    number(one, "id"),
                                    text(one, "opaque_id"),
                                    id,
                                    organization,
                                    text(one, "service"),
                                    text(one, "table")))
                            .toList(),
                    settings(json),
                    json.items("former").stream()
                            .map(one -> new Endpoint.Former(
                                    text(one, "setting"), settings(one), Instant.parse(text(one, "until"))))
                            .toList());
        } catch (MalformedJsonException | DateTimeParseException e) {
            throw new IllegalArgumentException("It is no endpoint.", e);
        }
    }

    private static Settings settings(Json json) {
        if (!(json.at("settings") instanceof Json.Obj(Map<String, Json> fields))) {
            throw new IllegalArgumentException("It has no settings.");
        }
        Map<String, String> values = new TreeMap<>();
        fields.keySet().forEach(name -> values.put(name, text(json, "settings", name)));
        return new SuppliedSettings(values);
    }

    private static String text(Json json, String... path) {
        return json.text(path).orElseThrow(() -> new IllegalArgumentException("It has no " + List.of(path)));
    }

    private static long number(Json json, String name) {
        return json.number(name)
                .orElseThrow(() -> new IllegalArgumentException("It has no " + name))
                .longValueExact();
    }
}
