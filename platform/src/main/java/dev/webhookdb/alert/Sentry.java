package dev.webhookdb.alert;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what Sentry reads: an envelope with one event.
 *
 * @see <a href="https://develop.sentry.dev/sdk/data-model/envelopes/">Sentry: envelopes</a>
 * @see <a href="https://develop.sentry.dev/sdk/data-model/event-payloads/">Sentry: event payloads</a>
 */
final class Sentry {
    private static final String CLIENT = "webhookdb/1.0";

    private Sentry() {}

    static Map<String, String> headers(String key) {
        return Map.of(
                "Content-Type",
                "application/x-sentry-envelope",
                "X-Sentry-Auth",
                "Sentry sentry_version=7, sentry_client=%s, sentry_key=%s".formatted(CLIENT, key));
    }

    /** @param notice as {@link Notice} writes it */
    static byte[] envelope(Json notice) {
        String id = text(notice, "id").replace("-", "");
        byte[] event = JsonWriter.write(event(notice, id)).getBytes(StandardCharsets.UTF_8);
        String header = JsonWriter.write(object(Map.of("event_id", id)));
        String item =
                "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":%d}".formatted(event.length);
        return "%s\n%s\n%s\n"
                .formatted(header, item, new String(event, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Json event(Json notice, String id) {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("event_id", new Json.Str(id));
        fields.put("timestamp", notice.at("created_at"));
        fields.put("platform", new Json.Str("other"));
        fields.put("level", new Json.Str("error"));
        fields.put("logger", new Json.Str("webhookdb"));
        fields.put("message", object(Map.of("formatted", text(notice, "message"))));
        fields.put("fingerprint", new Json.Arr(List.of(notice.at("signature"))));
        fields.put(
                "tags",
                object(Map.of(
                        "error_type", text(notice, "error_type"),
                        "organization", text(notice, "organization_key"),
                        "integration", text(notice, "service_integration_id"))));
        fields.put("extra", notice);
        return new Json.Obj(fields);
    }

    private static Json object(Map<String, String> texts) {
        Map<String, Json> fields = new LinkedHashMap<>();
        texts.forEach((name, text) -> fields.put(name, new Json.Str(text)));
        return new Json.Obj(fields);
    }

    private static String text(Json notice, String name) {
        return notice.text(name).orElse("");
    }
}
