package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Services;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be replicated, and how its tables look. Thread-safe. */
public final class ServiceRoutes implements HttpService {
    private static final String FIXTURES = "/v1/services/{service}/fixtures";
    private static final String SERVICES = "/v1/organizations/{org}/services";

    private final RequestAuthorizer members;
    private final ConnectorRegistry connectors;
    private final Services services;
    private final Fixtures fixtures;

    /** Shows what the registry has loaded. */
    public ServiceRoutes(RequestAuthorizer members, ConnectorRegistry connectors, Fixtures fixtures) {
        this.members = members;
        this.connectors = connectors;
        this.services = new Services(connectors);
        this.fixtures = fixtures;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(SERVICES, members.member(SERVICES, Role.VIEWER, this::list)).get(FIXTURES, this::fixtures);
    }

    private JsonObjectBuilder list(Call call) {
        List<JsonObjectBuilder> items = connectors.resources().stream()
                .map(loaded -> shown(loaded.resource()))
                .toList();
        return Prompts.list(
                items,
                "'webhookdb integrations create' with one of these names begins to replicate it." + limits(),
                List.of(List.of("name", "Name")));
    }

    /** The services of which backfills do not read everything. */
    private String limits() {
        String limited = connectors.resources().stream()
                .map(LoadedResource::resource)
                .flatMap(resource -> resource
                        .backfill()
                        .flatMap(Backfill::reach)
                        .filter(reach -> !reach.isAll())
                        .map(reach -> "%s (%s)".formatted(resource.name(), shortly(reach)))
                        .stream())
                .collect(Collectors.joining(", "));
        return limited.isEmpty() ? "" : " Backfills read everything, except of %s.".formatted(limited);
    }

    private static JsonObjectBuilder shown(Resource resource) {
        Optional<Reach> reach = resource.backfill().flatMap(Backfill::reach);
        String kind = reach.map(ServiceRoutes::kind).orElse(resource.backfill().isPresent() ? "undeclared" : "none");
        JsonObjectBuilder fields = new JsonObjectBuilder()
                .with("name", resource.name())
                .with("backfill", kind)
                .with("backfill_reach", reach.map(Reach::sentence).orElse(""));
        reach.filter(one -> !one.isAll()).ifPresent(one -> fields.with("backfill_days", one.days()));
        reach.flatMap(Reach::permission).ifPresent(name -> fields.with("backfill_permission", name));
        return fields;
    }

    private static String kind(Reach reach) {
        return reach.isAll() ? "all" : reach.permission().isPresent() ? "permission" : "days";
    }

    private static String shortly(Reach reach) {
        String days = "the last %d days".formatted(reach.days());
        return reach.permission()
                .map(name -> "all with %s, else %s".formatted(name, days))
                .orElse(days);
    }

    private void fixtures(ServerRequest request, ServerResponse response) {
        String service = request.path().pathParameters().get("service");
        LoadedResource loaded;
        try {
            loaded = services.resource(service);
        } catch (IntegrationException e) {
            throw new ApiException(403, "invalid_service", e.getMessage());
        }
        JsonResponses.send(response, fixtures.of(loaded.resource(), Parameters.of(request, FIXTURES)));
    }
}
