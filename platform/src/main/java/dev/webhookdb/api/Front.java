package dev.webhookdb.api;

import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The few routes of a host that has no database yet, in whose place all routes are put while requests are served: a request is served by
 * those that there are when its head has come, also on a connection that was made before. Thread-safe.
 */
public final class Front implements HttpService {
    private volatile HttpRouting routes;

    /** @param services what there is at first; whatever else is asked for is answered with 503 */
    public Front(HttpService... services) {
        this.routes = routing(
                Stream.concat(Stream.of(services), Stream.of(Front::waiting)).toList());
    }

    /** From now on, requests are served by all routes. */
    public void replace(Api api) {
        routes = routing(api.services());
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any(this::serve);
    }

    private void serve(ServerRequest request, ServerResponse response) {
        routes.route(Connection.current().context(), (RoutingRequest) request, (RoutingResponse) response);
    }

    private static HttpRouting routing(List<HttpService> services) {
        HttpRouting.Builder routing = HttpRouting.builder();
        JsonResponses.errors(routing);
        Api.register(services, routing);
        return routing.build();
    }

    private static void waiting(HttpRules rules) {
        rules.any((request, response) -> {
            throw new ApiException(
                    503,
                    "database_away",
                    "The database has not answered since this server started; until it does, only webhooks are taken. Try again later.",
                    new JsonObjectBuilder(),
                    Map.of("Retry-After", JsonResponses.AWAY_SECONDS));
        });
    }
}
