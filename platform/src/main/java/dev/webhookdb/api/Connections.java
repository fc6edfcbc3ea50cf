package dev.webhookdb.api;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.MemoryBudgets;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a {@link Connection} of each connection, sees to it that none waits for ever, and, as the first filter, tells each about its
 * requests. Thread-safe.
 */
final class Connections implements ServerConnectionSelector, Filter {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    /**
     * How long is waited for the other side, and how much it may send.
     *
     * @param head for all of a request's head, once it began
     * @param silence for the next byte of a body, and for the next piece of an answer to be taken
     * @param rest for the end of a body that is not read
     * @param linger for another request on a connection that is kept, once the host stops
     * @param largestBody of any request, in bytes
     * @param received is charged for what was received and waits to be read
     * @param requests is charged for bodies and trees of API requests
     */
    record Limits(
            Duration head,
            Duration silence,
            Duration rest,
            Duration linger,
            long largestBody,
            MemoryBudget received,
            MemoryBudget requests) {
        static Limits standard(long largestBody, MemoryBudgets budgets) {
            return new Limits(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(500),
                    largestBody,
                    budgets.received(),
                    budgets.requests());
        }
    }

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ServerConnectionSelector http;
    private final Limits limits;
    private final BackgroundTask watch;
    private volatile boolean leaving;

    Connections(Http1Config config, Limits limits, BackgroundTasks tasks) {
        this.http = Http1ConnectionSelector.builder().config(config).build();
        this.limits = limits;
        this.watch = tasks.start("overdue-connections", BETWEEN_LOOKS, this::endOverdue);
    }

    /** From now on each connection ends with its next answer, or when none was wanted for a moment. */
    void leave() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    Limits limits() {
        return limits;
    }

    /** Watches a connection until it has {@link #ended}. */
    void opened(Connection connection) {
        open.add(connection);
    }

    void ended(Connection connection) {
        open.remove(connection);
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }

    @Override
    public Connection connection(ConnectionContext context) {
        return new Connection(context, http, this);
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        Connection connection = Connection.current();
        connection.received();
        request.streamFilter(BodyStream::new);
        response.beforeSend(() -> connection.answering(request, response));
        try {
            chain.proceed();
        } finally {
            connection.done();
        }
    }

    private void endOverdue() {
        for (Connection connection : open) {
            try {
                connection.endIfOverdue();
            } catch (RuntimeException e) {
                LOG.debug("A connection was closed already: {}", e.getMessage());
            }
        }
    }

    @Override
    public void afterStop() {
        watch.close();
    }
}
