package dev.webhookdb.api;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRoute;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.ArrayList;
import java.util.List;

/** Writes routes down instead of serving them. Knows the ways in which our services name routes; for use by one thread. */
final class RouteList implements HttpRules {
    private final List<String> routes = new ArrayList<>();

    List<String> all() {
        return List.copyOf(routes);
    }

    @Override
    public HttpRules get(String path, Handler... handlers) {
        return add("GET", path);
    }

    @Override
    public HttpRules post(String path, Handler... handlers) {
        return add("POST", path);
    }

    @Override
    public HttpRules patch(String path, Handler... handlers) {
        return add("PATCH", path);
    }

    @Override
    public HttpRules delete(String path, Handler... handlers) {
        return add("DELETE", path);
    }

    @Override
    public HttpRules any(String path, Handler... handlers) {
        return add("ANY", path);
    }

    private HttpRules add(String method, String path) {
        routes.add(method + " " + path);
        return this;
    }

    @Override
    public HttpRules register(HttpService... services) {
        for (HttpService service : services) {
            service.routing(this);
        }
        return this;
    }

    @Override
    public HttpRules register(String prefix, HttpService... services) {
        throw new UnsupportedOperationException("No service is registered below a path: " + prefix);
    }

    @Override
    public HttpRules route(HttpRoute route) {
        throw new UnsupportedOperationException("Name the route by method and path");
    }
}
