package dev.webhookdb.testkit;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Webhook;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A webhook as the provider sends it, without its signature unless it was recorded with one.
 *
 * @param name the file's name
 * @param receivedAt when it was recorded, if its headers hold a signature that is only good for a while
 * @param headers by name in lower case
 */
record WebhookSample(
        String name,
        Optional<Instant> receivedAt,
        String method,
        String url,
        Map<String, List<String>> headers,
        String body) {
    private static final String URL = "https://webhooks.example.com/v1/service_integrations/svi_sample";

    static WebhookSample of(String name, Json file, Webhook.Format format) {
        boolean hasBody = !(file.at("body") instanceof Json.Null);
        Require.that(
                hasBody || file.text("text").isPresent(),
                "The sample %s has neither \"body\" nor \"text\".".formatted(name),
                "Write {\"headers\": {...}, \"body\": {...}} for JSON or a form, or {\"headers\": {...}, \"text\": \"...\"} for the exact text of any body.");
        return new WebhookSample(
                name,
                file.text("received_at").map(Instant::parse),
                file.text("method").orElse("POST"),
                file.text("url").orElse(URL),
                headers(file),
                hasBody ? body(format, file.at("body")) : file.text("text").orElseThrow());
    }

    private static String body(Webhook.Format format, Json body) {
        return switch (format) {
            case JSON -> JsonWriter.write(body);
            case FORM ->
                body instanceof Json.Obj(Map<String, Json> fields)
                        ? fields.entrySet().stream()
                                .map(field -> encoded(field.getKey()) + "=" + encoded(text(field.getValue())))
                                .collect(Collectors.joining("&"))
                        : text(body);
        };
    }

    private static String text(Json value) {
        return value instanceof Json.Str(String text) ? text : JsonWriter.write(value);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> headers(Json file) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        if (file.at("headers") instanceof Json.Obj(Map<String, Json> fields)) {
            fields.forEach((name, value) -> {
                if (value instanceof Json.Str(String text)) {
                    headers.put(name.toLowerCase(Locale.ROOT), List.of(text));
                }
            });
        }
        return headers;
    }
}
