package dev.webhookdb.api;

import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Redaction;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Setting;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Shows a logged request without what is secret in it: credentials in its headers, and the endpoint's own secrets anywhere. Thread-safe. */
public final class Masking {
    private static final Set<String> CREDENTIALS = Set.of(
            "authorization",
            "proxy-authorization",
            "cookie",
            "x-api-key",
            "api-key",
            "whdb-auth-token",
            "x-shopify-access-token");

    private static final int LONGEST_BODY = 1 << 20;

    private final Endpoints endpoints;
    private final ConnectorRegistry connectors;

    /** Knows from the connectors which settings are secret. */
    public Masking(Endpoints endpoints, ConnectorRegistry connectors) {
        this.endpoints = endpoints;
        this.connectors = connectors;
    }

    JsonObjectBuilder shown(Webhooks.Received received) {
        Redaction redaction = endpoints
                .find(received.webhook().opaqueId())
                .map(this::redaction)
                .orElse(Redaction.NOTHING);
        Request request = received.request();
        Map<String, Json> headers = new TreeMap<>();
        request.headers().forEach((name, values) -> headers.put(name, new Json.Str(header(name, values, redaction))));
        JsonObjectBuilder shown = LoggedWebhooks.shown(received.webhook());
        received.apiVersion().ifPresent(version -> shown.with("api_version", version));
        return shown.with("url", redaction.redacted(request.url()))
                .with("headers", new Json.Obj(headers))
                .with("body", body(request.body(), redaction))
                .with("body_bytes", request.body().remaining());
    }

    private Redaction redaction(Endpoint endpoint) {
        List<Setting> declared = endpoint.integrations().stream()
                .flatMap(integration -> connectors.resource(integration.service()).stream())
                .flatMap(loaded -> loaded.resource().settings().stream())
                .toList();
        Redaction now = Redaction.of(endpoint.settings(), declared);
        return endpoint.former().stream()
                .map(former -> Redaction.of(former.settings(), declared))
                .reduce(now, Redaction::and);
    }

    private static String header(String name, List<String> values, Redaction redaction) {
        return CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))
                ? Redaction.MASK
                : redaction.redacted(String.join(", ", values));
    }

    /** What is no text is shown in Base64, as the data URLs of browsers are. */
    private static String body(ByteBuffer body, Redaction redaction) {
        ByteBuffer shown = body.duplicate();
        shown.limit(Math.min(shown.limit(), shown.position() + LONGEST_BODY));
        try {
            return redaction.redacted(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(shown.duplicate())
                    .toString());
        } catch (CharacterCodingException e) {
            byte[] bytes = new byte[shown.remaining()];
            shown.get(bytes);
            return "data:application/octet-stream;base64," + Base64.getEncoder().encodeToString(bytes);
        }
    }
}
