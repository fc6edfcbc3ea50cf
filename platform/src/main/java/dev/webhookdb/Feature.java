package dev.webhookdb;

import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.platform.Intents;
import io.helidon.webserver.http.HttpService;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A part of what the product does: it makes its objects when it is made itself, gives those to be closed to its {@link Ground}, and hands
 * the others what they need of it. {@link Host} makes features one after the other; one may use those that were made before.
 */
interface Feature {
    /** Returns what it answers over HTTP to those whom the authorizer knows. */
    List<HttpService> routes(RequestAuthorizer members);

    /** Returns who finishes what a host that died had begun, by the kind of it. */
    default Map<String, Consumer<Intents.Intent>> unfinished() {
        return Map.of();
    }

    /** Begins what needs all features; called once, when the host listens. */
    default void ready() {}
}
