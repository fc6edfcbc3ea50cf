package dev.webhookdb.api;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.connector.Installed;
import dev.webhookdb.connector.InstalledDestination;
import dev.webhookdb.spi.Resource;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.file.Path;

/** What became of the JARs that were installed, below {@code /v1/operator}; authorized by the operator's token. Thread-safe. */
public final class OperatorPlugins implements HttpService {
    private final OperatorToken token;
    private final ConnectorRegistry connectors;
    private final DestinationRegistry destinations;

    /** Shows what is in two directories. */
    public OperatorPlugins(OperatorToken token, ConnectorRegistry connectors, DestinationRegistry destinations) {
        this.token = token;
        this.connectors = connectors;
        this.destinations = destinations;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/v1/operator/connectors", token::require, this::listConnectors)
                .get("/v1/operator/destinations", token::require, this::listDestinations);
    }

    private void listConnectors(ServerRequest request, ServerResponse response) {
        JsonResponses.send(
                response,
                JsonResponses.items(connectors.all().stream()
                        .map(OperatorPlugins::connector)
                        .toList()));
    }

    private void listDestinations(ServerRequest request, ServerResponse response) {
        JsonResponses.send(
                response,
                JsonResponses.items(destinations.all().stream()
                        .map(OperatorPlugins::destination)
                        .toList()));
    }

    private static JsonObjectBuilder connector(Installed installed) {
        return switch (installed) {
            case Installed.Ready ready ->
                ready(ready.path(), ready.id(), ready.version(), ready.title())
                        .withTexts(
                                "services",
                                ready.resources().stream().map(Resource::name).toList())
                        .withTexts("notes", ready.notes());
            case Installed.Refused refused -> refused(refused.path(), refused.problem(), refused.remedy());
        };
    }

    private static JsonObjectBuilder destination(InstalledDestination installed) {
        return switch (installed) {
            case InstalledDestination.Ready ready ->
                ready(ready.path(), ready.id(), ready.version(), ready.title())
                        .withTexts("schemes", ready.schemes())
                        .with("example", ready.example())
                        .withTexts("notes", ready.notes());
            case InstalledDestination.Refused refused -> refused(refused.path(), refused.problem(), refused.remedy());
        };
    }

    private static JsonObjectBuilder ready(Path path, String id, String version, String title) {
        return new JsonObjectBuilder()
                .with("state", "ready")
                .with("id", id)
                .with("title", title)
                .with("version", version)
                .with("path", path.toString());
    }

    private static JsonObjectBuilder refused(Path path, String problem, String remedy) {
        return new JsonObjectBuilder()
                .with("state", "refused")
                .with("path", path.toString())
                .with("problem", problem)
                .with("remedy", remedy);
    }
}
