package dev.webhookdb.api;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.sql.Foreground;
import io.helidon.common.Weighted;
import io.helidon.common.mapper.MapperManager;
import io.helidon.openapi.OpenApiFeature;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** All routes, and the web server that answers them. */
public final class Api {
    /** Ours end with one that takes whatever is left, to say that there is nothing. */
    private static final double BEFORE_OUR_ROUTES = Weighted.DEFAULT_WEIGHT + 1;

    private static final int LARGEST_HEADERS = 64 << 10;
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** What a connection takes at the most, with a part of a head and of a body; they have a fourth of the heap. */
    private static final long PER_CONNECTION = 16 << 10;

    private final MemoryBudgets budgets;
    private final BackgroundTasks tasks;
    private final long largestBody;
    private final List<HttpService> services;

    /**
     * Puts the services side by side; each knows its own paths.
     *
     * @param largestBody of any request, in bytes
     */
    public Api(MemoryBudgets budgets, BackgroundTasks tasks, long largestBody, HttpService... services) {
        this.budgets = budgets;
        this.tasks = tasks;
        this.largestBody = largestBody;
        this.services = List.of(services);
    }

    /** Returns the method and path of every route, such as {@code GET /healthz}. */
    public List<String> routes() {
        var routes = new RouteList();
        services.forEach(routes::register);
        return routes.all();
    }

    /**
     * Starts listening.
     *
     * @param port 0 for any that is free
     * @param trustedProxies which addresses are those of proxies that are believed whom they call for
     * @throws IllegalStateException with a sentence for the operator if that cannot be
     */
    public Listener listen(String host, int port, Predicate<InetAddress> trustedProxies) {
        return listen(host, port, trustedProxies, Connections.Limits.standard(largestBody, budgets));
    }

    /** The same with other ideas of how long somebody is waited for. */
    Listener listen(String host, int port, Predicate<InetAddress> trustedProxies, Connections.Limits limits) {
        requireFree(host, port);
        rememberMapper();
        WebServer server;
        Connections connections = new Connections(
                Http1Config.builder()
                        .maxHeadersSize(LARGEST_HEADERS)
                        // the senders of webhooks write any query; ours are checked where they are read
                        .validatePrologue(false)
                        .build(),
                limits,
                tasks);
        try {
            server = WebServer.builder()
                    .host(host)
                    .port(port)
                    .shutdownHook(false)
                    .shutdownGracePeriod(GRACE)
                    .idleConnectionTimeout(IDLE)
                    .addFeature(OpenApiFeature.builder()
                            .staticFile("META-INF/openapi.yaml")
                            .weight(BEFORE_OUR_ROUTES)
                            .build())
                    .protocolsDiscoverServices(false)
                    .addConnectionSelector(connections)
                    .maxPayloadSize(limits.largestBody())
                    .maxTcpConnections(mostConnections())
                    .directHandlers(JsonResponses.protocolErrors())
                    .routing(routing -> {
                        JsonResponses.errors(routing);
                        routing.addFilter(connections);
                        routing.addFilter((chain, request, response) -> Foreground.run(chain::proceed));
                        routing.addFilter(new PlainText());
                        routing.addFilter(new CallerAddress(trustedProxies));
                        register(services, routing);
                    })
                    .build()
                    .start();
        } catch (UncheckedIOException | IllegalStateException e) {
            connections.afterStop();
            throw cannotListen(host, port, e.getMessage(), e);
        }
        if (!server.isRunning()) {
            throw cannotListen(host, port, "the web server did not start", null);
        }
        return new Listener(server, host, connections);
    }

    /** Has a routing serve what services have, and say of everything else that it is not there. */
    static void register(List<HttpService> services, HttpRouting.Builder routing) {
        services.forEach(routing::register);
        routing.any((request, response) -> {
            throw AbsentPaths.refusal(request.path().path());
        });
    }

    List<HttpService> services() {
        return services;
    }

    private static int mostConnections() {
        return Math.toIntExact(Math.min(Runtime.getRuntime().maxMemory() / 4 / PER_CONNECTION, 1 << 16));
    }

    /** Helidon logs stack traces when it cannot bind, and then returns as if it had started. */
    private static void requireFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // the connections of a host that was just stopped are no obstacle
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (BindException e) {
            throw new IllegalStateException(
                    "Cannot listen on %s:%d: %s. Stop the program that uses the port, or set server.port (WEBHOOKDB_SERVER_PORT) to another."
                            .formatted(host, port, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw cannotListen(host, port, e.getMessage(), e);
        }
    }

    /**
     * Helidon reads numbers in headers through its mapper and looks that up in its registry each time, which took a quarter of the
     * processor time of a busy host, unless it was set; the only way to set it is on its way out.
     */
    @SuppressWarnings("removal")
    private static void rememberMapper() {
        MapperManager.global(MapperManager.create());
    }

    private static IllegalStateException cannotListen(String host, int port, String reason, Exception cause) {
        return new IllegalStateException(
                "Cannot listen on %s:%d: %s. Check server.host and server.port.".formatted(host, port, reason), cause);
    }
}
