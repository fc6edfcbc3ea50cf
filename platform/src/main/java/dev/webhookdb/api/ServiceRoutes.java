package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Services;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** What can be replicated, and how its tables look. Thread-safe. */
public final class ServiceRoutes implements HttpService {
    private static final String FIXTURES = "/v1/services/{service}/fixtures";
    private static final String SERVICES = "/v1/organizations/{org}/services";

    private final MemberRoutes members;
    private final ConnectorRegistry connectors;
    private final Services services;
    private final Fixtures fixtures;

    /** Shows what the registry has loaded. */
    public ServiceRoutes(MemberRoutes members, ConnectorRegistry connectors, Fixtures fixtures) {
        this.members = members;
        this.connectors = connectors;
        this.services = new Services(connectors);
        this.fixtures = fixtures;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(SERVICES, members.member(SERVICES, Role.VIEWER, this::list)).get(FIXTURES, this::fixtures);
    }

    private Fields list(Call call) {
        List<Fields> items = connectors.resources().stream()
                .map(loaded -> new Fields().with("name", loaded.resource().name()))
                .toList();
        return Steps.list(
                items,
                "'webhookdb integrations create' with one of these names begins to replicate it.",
                List.of(List.of("name", "Name")));
    }

    private void fixtures(ServerRequest request, ServerResponse response) {
        String service = request.path().pathParameters().get("service");
        LoadedResource loaded;
        try {
            loaded = services.resource(service);
        } catch (IntegrationException e) {
            throw new RefusedException(403, "invalid_service", e.getMessage());
        }
        Answers.send(response, fixtures.of(loaded.resource(), Parameters.of(request, FIXTURES)));
    }
}
