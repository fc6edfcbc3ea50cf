package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.OrganizationException;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.tenancy.OrganizationDatabases;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Routes for whoever operates the installation, below {@code /v1/operator}; authorized by the operator's token. Thread-safe. */
public final class Operator implements HttpService {

    private final OperatorToken token;
    private final Organizations organizations;
    private final OrganizationDatabases databases;
    private final Integrations integrations;
    private final Audit audit;
    private final EndpointUrls urls;
    private final Consumer<List<Integration>> whenCreated;

    /**
     * @param publicUrl what providers call, without a path
     * @param whenCreated is given the integrations of each new endpoint
     */
    public Operator(
            OperatorToken token,
            Organizations organizations,
            OrganizationDatabases databases,
            Integrations integrations,
            Endpoints endpoints,
            Audit audit,
            URI publicUrl,
            Consumer<List<Integration>> whenCreated) {
        this.token = token;
        this.organizations = organizations;
        this.databases = databases;
        this.integrations = integrations;
        this.audit = audit;
        this.urls = new EndpointUrls(endpoints, publicUrl);
        this.whenCreated = whenCreated;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any("/v1/operator/*", token::require)
                .get("/v1/operator/organizations", this::listOrganizations)
                .post("/v1/operator/organizations", this::createOrganization)
                .get("/v1/operator/organizations/{key}/connection", this::connection)
                .get("/v1/operator/organizations/{key}/integrations", this::listIntegrations)
                .post("/v1/operator/organizations/{key}/integrations", this::createIntegrations);
    }

    private void listOrganizations(ServerRequest request, ServerResponse response) {
        Map<Long, String> problems = databases.schemaProblemsByOrganization();
        Map<Long, String> servers = databases.servers().names();
        JsonResponses.send(
                response,
                JsonResponses.items(organizations.all().stream()
                        .map(one -> {
                            JsonObjectBuilder fields =
                                    organization(one).with("server", servers.getOrDefault(one.id(), ""));
                            Optional.ofNullable(problems.get(one.id()))
                                    .ifPresent(problem -> fields.with("schema_problem", problem));
                            return fields;
                        })
                        .toList()));
    }

    private void createOrganization(ServerRequest request, ServerResponse response) {
        String name = JsonResponses.object(request)
                .text("name")
                .orElseThrow(() -> new ApiException(400, "invalid_input", "Give the organization a 'name'."));
        try {
            Organization created = organizations.create(name);
            audit.note(OperatorToken.actor(request), created.id(), "create organization", created.name());
            JsonResponses.send(
                    response,
                    organization(created)
                            .with("message", "Your organization identifier is: %s".formatted(created.key())));
        } catch (OrganizationException e) {
            throw switch (e.kind()) {
                case INVALID_NAME -> new ApiException(400, "invalid_input", e.getMessage());
                case NAME_TAKEN -> new ApiException(409, "name_taken", e.getMessage());
            };
        }
    }

    private void connection(ServerRequest request, ServerResponse response) {
        String url = databases.readerConnectionUrl(
                JsonResponses.organization(request, organizations).id());
        JsonResponses.send(
                response, new JsonObjectBuilder().with("connection_url", url).with("message", ""));
    }

    private void listIntegrations(ServerRequest request, ServerResponse response) {
        JsonResponses.send(
                response,
                JsonResponses.items(integrations
                        .of(JsonResponses.organization(request, organizations).id())
                        .stream()
                        .map(this::integration)
                        .toList()));
    }

    private void createIntegrations(ServerRequest request, ServerResponse response) {
        Organization organization = JsonResponses.organization(request, organizations);
        Json body = JsonResponses.object(request);
        List<String> services = body.items("services").stream()
                .flatMap(service -> service.text().stream())
                .toList();
        List<Integration> created = create(organization, services, JsonResponses.texts(body.at("settings")));
        created.forEach(
                one -> audit.note(OperatorToken.actor(request), organization.id(), "create integration", one.table()));
        whenCreated.accept(created);
        String url = urls.of(created.getFirst());
        JsonResponses.send(
                response,
                JsonResponses.items(created.stream().map(this::integration).toList())
                        .with(
                                "endpoint",
                                new JsonObjectBuilder()
                                        .with("id", urls.id(created.getFirst()))
                                        .with("url", url))
                        .with("message", "Send webhooks to %s".formatted(url)));
    }

    private List<Integration> create(Organization organization, List<String> services, Map<String, String> settings) {
        try {
            return integrations.create(organization.id(), services, settings);
        } catch (IntegrationException e) {
            throw switch (e.kind()) {
                case UNKNOWN_SERVICE -> new ApiException(400, "invalid_service", e.getMessage());
                case INVALID_SERVICES, INVALID_NAME, INVALID_TIME ->
                    new ApiException(400, "invalid_input", e.getMessage());
                case INVALID_SETTING -> new ApiException(400, "invalid_setting", e.getMessage());
                case MISSING_SETTINGS -> {
                    JsonObjectBuilder help = new JsonObjectBuilder();
                    e.missing().forEach(setting -> help.with(setting.name(), setting.help()));
                    yield new ApiException(
                            400,
                            "missing_settings",
                            e.getMessage(),
                            new JsonObjectBuilder()
                                    .with("field_errors", help)
                                    .withTexts(
                                            "secret_fields",
                                            e.missing().stream()
                                                    .filter(setting -> setting.kind() == Setting.Kind.SECRET)
                                                    .map(Setting::name)
                                                    .toList()));
                }
            };
        }
    }

    private static JsonObjectBuilder organization(Organization organization) {
        return new JsonObjectBuilder()
                .with("id", organization.id())
                .with("key", organization.key())
                .with("name", organization.name());
    }

    private JsonObjectBuilder integration(Integration integration) {
        return new JsonObjectBuilder()
                .with("opaque_id", integration.opaqueId())
                .with("service_name", integration.service())
                .with("table_name", integration.table())
                .with("url", urls.of(integration));
    }
}
