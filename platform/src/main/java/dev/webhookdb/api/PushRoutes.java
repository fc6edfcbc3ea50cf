package dev.webhookdb.api;

import dev.webhookdb.apply.Pushes;
import dev.webhookdb.integration.ApiKeys;
import dev.webhookdb.integration.Integration;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** The route by which programs push resources, with the key of one integration instead of anybody's log-in. Thread-safe. */
public final class PushRoutes implements HttpService {
    private static final HeaderName KEY = HeaderNames.create("Whdb-Api-Key");

    private final ApiKeys keys;
    private final Pushes pushes;

    /** Knows who may push by the keys. */
    public PushRoutes(ApiKeys keys, Pushes pushes) {
        this.keys = keys;
        this.pushes = pushes;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(IntegrationHandlers.INTEGRATION + "/upsert", JsonResponses.large(this::push));
    }

    private void push(ServerRequest request, ServerResponse response) {
        String id = request.path().pathParameters().get("sint");
        Integration integration = request.headers()
                .value(KEY)
                .flatMap(key -> keys.unlock(id, key.strip()))
                .orElseThrow(
                        () -> new ApiException(
                                401,
                                "unauthenticated",
                                "This takes the header Whdb-Api-Key with the integration's key, and its id (svi_...) in the path. 'webhookdb integrations roll-key' makes a key."));
        pushes.store(integration, JsonResponses.object(request)).ifPresent(reason -> {
            throw new ApiException(400, "invalid_input", reason);
        });
        JsonResponses.send(
                response,
                new JsonObjectBuilder().with("message", "It is stored in %s.".formatted(integration.table())));
    }
}
