package dev.webhookdb.api;

import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
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
    static final String MASK = "***";

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

    Fields shown(Webhooks.Received received) {
        List<String> secrets =
                endpoints.find(received.webhook().opaqueId()).map(this::secrets).orElse(List.of());
        Request request = received.request();
        Map<String, Json> headers = new TreeMap<>();
        request.headers().forEach((name, values) -> headers.put(name, new Json.Str(header(name, values, secrets))));
        return LoggedWebhooks.shown(received.webhook())
                .with("url", masked(request.url(), secrets))
                .with("headers", new Json.Obj(headers))
                .with("body", body(request.body(), secrets))
                .with("body_bytes", request.body().remaining());
    }

    private List<String> secrets(Endpoint endpoint) {
        return endpoint.integrations().stream()
                .flatMap(integration -> connectors.resource(integration.service()).stream())
                .flatMap(loaded -> loaded.resource().settings().stream())
                .filter(setting -> setting.kind() == Setting.Kind.SECRET
                        && endpoint.settings().has(setting))
                .map(setting -> endpoint.settings().secret(setting).reveal())
                .distinct()
                .toList();
    }

    private static String header(String name, List<String> values, List<String> secrets) {
        return CREDENTIALS.contains(name.toLowerCase(Locale.ROOT)) ? MASK : masked(String.join(", ", values), secrets);
    }

    /** What is no text is shown in Base64, as the data URLs of browsers are. */
    private static String body(ByteBuffer body, List<String> secrets) {
        ByteBuffer shown = body.duplicate();
        shown.limit(Math.min(shown.limit(), shown.position() + LONGEST_BODY));
        try {
            return masked(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(shown.duplicate())
                            .toString(),
                    secrets);
        } catch (CharacterCodingException e) {
            byte[] bytes = new byte[shown.remaining()];
            shown.get(bytes);
            return "data:application/octet-stream;base64," + Base64.getEncoder().encodeToString(bytes);
        }
    }

    private static String masked(String text, List<String> secrets) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }
}
