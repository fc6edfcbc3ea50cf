package dev.webhookdb.drift;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.json.OutermostField;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Gap;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Notices at which version of the provider's API webhooks are written. Thread-safe.
 *
 * <p>Whoever receives a webhook only looks into memory. What is new about an endpoint is written down behind that, at most once a second
 * however often it changes; a host that dies before that notices it with the next webhook.
 */
public final class ApiVersions implements AutoCloseable {
    /** Providers write the version before what the webhook is about. */
    private static final int NEAR = 4_096;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Database platform;
    private final ConnectorRegistry connectors;
    private final BackgroundTask writing;
    private final Map<Long, Seen> known = new ConcurrentHashMap<>();
    private final Map<Long, Seen> unwritten = new ConcurrentHashMap<>();

    /** What was seen of an endpoint. Another integration of it has other columns. */
    private record Seen(String version, List<Integration> integrations) {}

    private ApiVersions(Database platform, ConnectorRegistry connectors, BackgroundTasks tasks) {
        this.platform = platform;
        this.connectors = connectors;
        this.writing = tasks.start("api-versions", PAUSE, this::write);
    }

    /** Begins to write down what is noticed. */
    public static ApiVersions start(Database platform, ConnectorRegistry connectors, BackgroundTasks tasks) {
        return new ApiVersions(platform, connectors, tasks);
    }

    @Override
    public void close() {
        writing.close();
    }

    /**
     * Returns the version that a genuine webhook says, and takes note of it. Does no I/O.
     *
     * @param body the bytes of the request's body
     * @return nothing if it says none, or something that {@linkplain ApiVersion#isOne can be none}
     */
    public Optional<String> noticed(Endpoint endpoint, Request request, byte[] body) {
        Optional<String> version = said(connectors, endpoint, request, body);
        version.map(text -> new Seen(text, endpoint.integrations())).ifPresent(seen -> {
            if (!seen.equals(known.put(endpoint.id(), seen))) {
                unwritten.put(endpoint.id(), seen);
            }
        });
        return version;
    }

    /** Returns the version that a genuine webhook says, and takes no note of it. */
    public static Optional<String> said(ConnectorRegistry connectors, Endpoint endpoint, Request request, byte[] body) {
        return place(connectors, endpoint)
                .flatMap(place -> switch (place) {
                    case ApiVersion.Place.Header(String name) -> request.header(name);
                    case ApiVersion.Place.Field(String name) -> OutermostField.text(body, name, NEAR);
                })
                .filter(ApiVersion::isOne);
    }

    private static Optional<ApiVersion.Place> place(ConnectorRegistry connectors, Endpoint endpoint) {
        return connectors
                .resource(endpoint.integrations().getFirst().service())
                .flatMap(LoadedResource::apiVersion)
                .flatMap(ApiVersion::place);
    }

    /** What cannot be written now is tried again, unless it is old news by then. */
    private void write() {
        unwritten.forEach((endpoint, seen) -> {
            platform.run(session -> write(session, endpoint, seen));
            unwritten.remove(endpoint, seen);
        });
    }

    private void write(Session session, long endpoint, Seen seen) {
        session.sql("""
                        update endpoint set api_version = :version, api_version_seen_at = now()
                        where id = :id and api_version is distinct from :version""").bind("version", seen.version()).bind("id", endpoint).execute();
        for (Integration integration : seen.integrations()) {
            List<Gap> gaps = connectors.resource(integration.service()).stream()
                    .flatMap(loaded -> loaded.gapsAt(seen.version()).stream())
                    .toList();
            if (!gaps.isEmpty()) {
                Findings.version(session, integration, seen.version(), reason(seen.version(), gaps));
            }
        }
    }

    private static String reason(String version, List<Gap> gaps) {
        return "Webhooks are written at version %s of the provider's API. %s"
                .formatted(
                        version,
                        gaps.stream()
                                .map(gap -> "NULL %s: %s. %s"
                                        .formatted(gap.versions(), String.join(", ", gap.columns()), gap.because()))
                                .collect(Collectors.joining(" ")));
    }
}
