package dev.webhookdb.api;

import io.helidon.common.mapper.MapperManager;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http1.Http1Config;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;

/** All routes, and the web server that answers them. */
public final class Api {
    private static final int LARGEST_HEADERS = 64 << 10;
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final List<HttpService> services;

    /** Puts the services side by side; each knows its own paths. */
    public Api(HttpService... services) {
        this.services = List.of(services);
    }

    /**
     * Starts listening.
     *
     * @param port 0 for any that is free
     * @throws IllegalStateException with a sentence for the operator if that cannot be
     */
    public WebServer listen(String host, int port) {
        rememberMapper();
        try {
            return WebServer.builder()
                    .host(host)
                    .port(port)
                    .shutdownHook(false)
                    .shutdownGracePeriod(GRACE)
                    .idleConnectionTimeout(IDLE)
                    .addProtocol(Http1Config.builder()
                            .maxHeadersSize(LARGEST_HEADERS)
                            .build())
                    .routing(routing -> {
                        Answers.errors(routing);
                        services.forEach(routing::register);
                        routing.any((request, response) -> {
                            throw new RefusedException(404, "not_found", "There is nothing at this path.");
                        });
                    })
                    .build()
                    .start();
        } catch (UncheckedIOException | IllegalStateException e) {
            throw new IllegalStateException(problem(host, port, e), e);
        }
    }

    /**
     * Helidon 4.4 reads numbers in headers through its mapper and looks that up in its registry each time, which took a quarter of the
     * processor time of a busy host, unless it was set; the only way to set it is on its way out.
     */
    @SuppressWarnings("removal")
    private static void rememberMapper() {
        MapperManager.global(MapperManager.create());
    }

    private static String problem(String host, int port, RuntimeException e) {
        boolean bind = e.getCause() instanceof BindException;
        return bind
                ? "Cannot listen on %s:%d: %s. Stop the program that uses the port, or set server.port (WEBHOOKDB_SERVER_PORT) to another."
                        .formatted(host, port, e.getCause().getMessage())
                : "Cannot listen on %s:%d: %s. Check server.host and server.port."
                        .formatted(host, port, e.getMessage());
    }
}
