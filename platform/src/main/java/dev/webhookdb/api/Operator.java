package dev.webhookdb.api;

import dev.webhookdb.account.Organization;
import dev.webhookdb.account.OrganizationException;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.apply.LoggedWebhook;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.Installed;
import dev.webhookdb.database.OrganizationDatabases;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Routes for whoever operates the installation, below {@code /v1/operator}; authorized by the operator's token. Thread-safe. */
public final class Operator implements HttpService {
    private static final int MOST_LISTED = 1_000;
    private static final int LISTED = 50;
    private static final Duration REPLAYED = Duration.ofHours(1);

    private final OperatorToken token;
    private final Organizations organizations;
    private final OrganizationDatabases databases;
    private final Integrations integrations;
    private final Endpoints endpoints;
    private final Webhooks webhooks;
    private final ConnectorRegistry connectors;
    private final String publicUrl;

    /** @param publicUrl what providers call, without a path */
    public Operator(
            OperatorToken token,
            Organizations organizations,
            OrganizationDatabases databases,
            Integrations integrations,
            Endpoints endpoints,
            Webhooks webhooks,
            ConnectorRegistry connectors,
            URI publicUrl) {
        this.token = token;
        this.organizations = organizations;
        this.databases = databases;
        this.integrations = integrations;
        this.endpoints = endpoints;
        this.webhooks = webhooks;
        this.connectors = connectors;
        this.publicUrl = publicUrl.toString().replaceAll("/+$", "");
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any("/v1/operator/*", this::authorize)
                .get("/v1/operator/connectors", this::listConnectors)
                .get("/v1/operator/organizations", this::listOrganizations)
                .post("/v1/operator/organizations", this::createOrganization)
                .get("/v1/operator/organizations/{key}/connection", this::connection)
                .get("/v1/operator/organizations/{key}/integrations", this::listIntegrations)
                .post("/v1/operator/organizations/{key}/integrations", this::createIntegrations)
                .get("/v1/operator/organizations/{key}/webhooks", this::listWebhooks)
                .get("/v1/operator/organizations/{key}/webhooks/counts", this::countWebhooks)
                .post("/v1/operator/organizations/{key}/webhooks/replay", this::replay);
    }

    private void authorize(ServerRequest request, ServerResponse response) {
        String sent = request.headers().value(HeaderNames.AUTHORIZATION).orElse("");
        if (!token.authorizes(sent)) {
            throw new RefusedException(
                    401,
                    "unauthenticated",
                    "This needs the operator's token: the file 'operator-token' in the server's data directory holds it.");
        }
        response.next();
    }

    private void listConnectors(ServerRequest request, ServerResponse response) {
        Answers.send(
                response,
                items(connectors.all().stream().map(Operator::connector).toList()));
    }

    private void listOrganizations(ServerRequest request, ServerResponse response) {
        Answers.send(
                response,
                items(organizations.all().stream().map(Operator::organization).toList()));
    }

    private void createOrganization(ServerRequest request, ServerResponse response) {
        String name = Answers.object(request)
                .text("name")
                .orElseThrow(() -> new RefusedException(400, "invalid_input", "Give the organization a 'name'."));
        try {
            Organization created = organizations.create(name);
            Answers.send(
                    response,
                    organization(created)
                            .with("message", "Your organization identifier is: %s".formatted(created.key())));
        } catch (OrganizationException e) {
            throw switch (e.kind()) {
                case INVALID_NAME -> new RefusedException(400, "invalid_input", e.getMessage());
                case NAME_TAKEN -> new RefusedException(409, "name_taken", e.getMessage());
            };
        }
    }

    private void connection(ServerRequest request, ServerResponse response) {
        String url = databases.readerConnectionUrl(organization(request).id());
        Answers.send(response, new Fields().with("connection_url", url).with("message", ""));
    }

    private void listIntegrations(ServerRequest request, ServerResponse response) {
        Answers.send(
                response,
                items(integrations.of(organization(request).id()).stream()
                        .map(this::integration)
                        .toList()));
    }

    private void createIntegrations(ServerRequest request, ServerResponse response) {
        Organization organization = organization(request);
        Json body = Answers.object(request);
        List<String> services = body.items("services").stream()
                .flatMap(service -> service.text().stream())
                .toList();
        List<Integration> created = create(organization, services, texts(body.at("settings")));
        endpoints.forget();
        Endpoint endpoint = endpoints.find(created.getFirst().endpointId()).orElseThrow();
        Answers.send(
                response,
                items(created.stream().map(this::integration).toList())
                        .with(
                                "endpoint",
                                new Fields().with("id", endpoint.opaqueId()).with("url", url(endpoint.opaqueId())))
                        .with("message", "Send webhooks to %s".formatted(url(endpoint.opaqueId()))));
    }

    private List<Integration> create(Organization organization, List<String> services, Map<String, String> settings) {
        try {
            return integrations.create(organization.id(), services, settings);
        } catch (IntegrationException e) {
            throw switch (e.kind()) {
                case UNKNOWN_SERVICE -> new RefusedException(400, "invalid_service", e.getMessage());
                case INVALID_SERVICES -> new RefusedException(400, "invalid_input", e.getMessage());
                case INVALID_SETTING -> new RefusedException(400, "invalid_setting", e.getMessage());
                case MISSING_SETTINGS -> {
                    Fields help = new Fields();
                    e.missing().forEach(setting -> help.with(setting.name(), setting.help()));
                    yield new RefusedException(
                            400,
                            "missing_settings",
                            e.getMessage(),
                            new Fields()
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

    private void listWebhooks(ServerRequest request, ServerResponse response) {
        Organization organization = organization(request);
        Optional<LoggedWebhook.State> state =
                request.query().first("state").asOptional().map(Operator::state);
        int limit =
                request.query().first("limit").asOptional().map(Operator::limit).orElse(LISTED);
        Answers.send(
                response,
                items(webhooks.newest(organization.id(), state, limit).stream()
                        .map(Operator::webhook)
                        .toList()));
    }

    private void countWebhooks(ServerRequest request, ServerResponse response) {
        Fields counts = new Fields();
        webhooks.counts(organization(request).id()).forEach((state, number) -> counts.with(state.text(), number));
        Answers.send(response, new Fields().with("counts", counts).with("message", ""));
    }

    private void replay(ServerRequest request, ServerResponse response) {
        Organization organization = organization(request);
        Json body = Answers.object(request);
        Instant now = Instant.now();
        LoggedWebhook.State state = state(body.text("state").orElse("failed"));
        if (state == LoggedWebhook.State.REJECTED || state == LoggedWebhook.State.PENDING) {
            throw new RefusedException(
                    400,
                    "invalid_input",
                    "Webhooks in the state '%s' cannot be replayed; failed, ignored and done ones can."
                            .formatted(state.text()));
        }
        long count = webhooks.replay(
                organization.id(),
                new Webhooks.Selection(
                        state,
                        body.text("integration").filter(id -> !id.isBlank()),
                        body.text("since").map(text -> instant("since", text)).orElse(now.minus(REPLAYED)),
                        body.text("until").map(text -> instant("until", text)).orElse(now)));
        Answers.send(
                response,
                new Fields().with("count", count).with("message", "%d webhooks are being replayed.".formatted(count)));
    }

    private Organization organization(ServerRequest request) {
        String key = request.path().pathParameters().get("key");
        return organizations
                .find(key)
                .orElseThrow(() -> new RefusedException(
                        404,
                        "unknown_organization",
                        "There is no organization '%s'; 'webhookdb org list' shows them.".formatted(key)));
    }

    private static LoggedWebhook.State state(String text) {
        return LoggedWebhook.State.of(text)
                .orElseThrow(() -> new RefusedException(
                        400,
                        "invalid_input",
                        "There is no state '%s'; there are rejected, pending, done, ignored and failed."
                                .formatted(text)));
    }

    private static int limit(String text) {
        try {
            return Math.clamp(Long.parseLong(text), 1, MOST_LISTED);
        } catch (NumberFormatException e) {
            throw new RefusedException(
                    400,
                    "invalid_input",
                    "The limit must be a number from 1 to %d, not '%s'.".formatted(MOST_LISTED, text));
        }
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new RefusedException(
                    400,
                    "invalid_input",
                    "'%s' must be an instant such as 2026-01-31T12:00:00Z, not '%s'.".formatted(name, text));
        }
    }

    private static Map<String, String> texts(Json object) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (object instanceof Json.Obj(Map<String, Json> fields)) {
            fields.forEach((name, value) -> value.text().ifPresent(text -> texts.put(name, text)));
        }
        return texts;
    }

    private String url(String opaqueId) {
        return publicUrl + "/v1/service_integrations/" + opaqueId;
    }

    private static Fields items(List<Fields> items) {
        return new Fields().with("items", items).with("message", "");
    }

    private static Fields organization(Organization organization) {
        return new Fields()
                .with("id", organization.id())
                .with("key", organization.key())
                .with("name", organization.name());
    }

    private Fields integration(Integration integration) {
        return new Fields()
                .with("opaque_id", integration.opaqueId())
                .with("service_name", integration.service())
                .with("table_name", integration.table())
                .with("url", url(integration.opaqueId()));
    }

    private static Fields webhook(LoggedWebhook webhook) {
        return new Fields()
                .with("id", Long.toString(webhook.id()))
                .with("received_at", webhook.receivedAt().toString())
                .with("opaque_id", webhook.opaqueId())
                .with("method", webhook.method())
                .with("state", webhook.state().text())
                .with("reason", webhook.reason().orElse(""))
                .with("attempts", webhook.attempts());
    }

    private static Fields connector(Installed installed) {
        return switch (installed) {
            case Installed.Ready ready ->
                new Fields()
                        .with("state", "ready")
                        .with("id", ready.id())
                        .with("title", ready.title())
                        .with("version", ready.version())
                        .with("path", ready.path().toString())
                        .withTexts(
                                "services",
                                ready.resources().stream().map(Resource::name).toList());
            case Installed.Refused refused ->
                new Fields()
                        .with("state", "refused")
                        .with("path", refused.path().toString())
                        .with("problem", refused.problem())
                        .with("remedy", refused.remedy());
        };
    }
}
