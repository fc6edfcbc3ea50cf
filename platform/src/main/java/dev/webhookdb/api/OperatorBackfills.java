package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The operator's routes to backfills: begin, watch, cancel, how often, and with which settings. Thread-safe. */
public final class OperatorBackfills implements HttpService {
    private static final String INTEGRATION = "/v1/operator/organizations/{key}/integrations/{id}";
    private static final JsonResponses.Unknown UNKNOWN = new JsonResponses.Unknown(404, "unknown_integration");

    private final OperatorToken token;
    private final Organizations organizations;
    private final Integrations integrations;
    private final BackfillAnswers answers;
    private final Audit audit;
    private final Consumer<List<Integration>> whenSettled;

    /**
     * Authorizes by the token.
     *
     * @param whenSettled is given the integrations for which settings were supplied
     */
    public OperatorBackfills(
            OperatorToken token,
            Organizations organizations,
            Integrations integrations,
            BackfillAnswers answers,
            Audit audit,
            Consumer<List<Integration>> whenSettled) {
        this.token = token;
        this.organizations = organizations;
        this.integrations = integrations;
        this.answers = answers;
        this.audit = audit;
        this.whenSettled = whenSettled;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(INTEGRATION + "/settings", token::require, this::supply)
                .post(INTEGRATION + "/schedule", token::require, this::schedule)
                .get(INTEGRATION + "/backfills", token::require, this::list)
                .post(INTEGRATION + "/backfills", token::require, this::begin)
                .get(INTEGRATION + "/backfills/refused", token::require, this::refused)
                .post(INTEGRATION + "/backfills/cancel", token::require, this::cancel);
    }

    private void supply(ServerRequest request, ServerResponse response) {
        Integration integration = integration(request);
        Map<String, String> settings =
                JsonResponses.texts(JsonResponses.object(request).at("settings"));
        try {
            integrations.supply(integration, settings);
        } catch (IntegrationException e) {
            throw new ApiException(400, "invalid_setting", e.getMessage());
        }
        settings.keySet()
                .forEach(name ->
                        note(request, integration, "supply setting", "%s of %s".formatted(name, integration.table())));
        whenSettled.accept(integrations.of(integration.organizationId()).stream()
                .filter(other -> other.endpointId() == integration.endpointId())
                .toList());
        JsonResponses.send(response, new JsonObjectBuilder().with("message", "The settings are stored."));
    }

    private void schedule(ServerRequest request, ServerResponse response) {
        Integration integration = integration(request);
        String every = JsonResponses.object(request).text("every").orElse("");
        JsonObjectBuilder scheduled = answers.schedule(integration, every);
        note(request, integration, "schedule backfill", "%s: %s".formatted(integration.table(), every));
        JsonResponses.send(response, scheduled);
    }

    private void list(ServerRequest request, ServerResponse response) {
        JsonResponses.send(response, answers.list(integration(request)));
    }

    private void begin(ServerRequest request, ServerResponse response) {
        Integration integration = integration(request);
        JsonObjectBuilder begun =
                answers.begun(integration, JsonResponses.object(request).isTrue("full"));
        note(request, integration, "begin backfill", integration.table());
        JsonResponses.send(response, begun);
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        Integration integration = integration(request);
        JsonObjectBuilder cancelled = answers.cancel(integration);
        note(request, integration, "cancel backfill", integration.table());
        JsonResponses.send(response, cancelled);
    }

    private void refused(ServerRequest request, ServerResponse response) {
        JsonResponses.send(response, answers.refused(integration(request)));
    }

    private void note(ServerRequest request, Integration integration, String action, String subject) {
        audit.note(OperatorToken.actor(request), integration.organizationId(), action, subject);
    }

    private Integration integration(ServerRequest request) {
        return JsonResponses.integration(
                integrations,
                JsonResponses.organization(request, organizations).id(),
                request.path().pathParameters().get("id"),
                UNKNOWN);
    }
}
