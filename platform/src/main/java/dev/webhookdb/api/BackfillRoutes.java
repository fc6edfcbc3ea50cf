package dev.webhookdb.api;

import static dev.webhookdb.api.IntegrationHandlers.INTEGRATION;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;

/** A member's routes to backfills that were begun: watch them, cancel them, and say how often there is to be another. Thread-safe. */
public final class BackfillRoutes implements HttpService {
    private static final String BASE = INTEGRATION + "/backfill";

    private final IntegrationHandlers handlers;
    private final BackfillAnswers backfills;

    /** Steers an organization's own backfills. */
    public BackfillRoutes(
            RequestAuthorizer members, Integrations integrations, BackfillAnswers backfills, Audit audit) {
        this.handlers = new IntegrationHandlers(members, integrations, audit);
        this.backfills = backfills;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(
                        BASE + "/jobs",
                        handlers.one("/backfill/jobs", Role.VIEWER, (call, integration) -> backfills.list(integration)))
                .post(BASE + "/job", handlers.one("/backfill/job", Role.MEMBER, this::begin))
                .get(BASE + "/job/{job}", handlers.one("/backfill/job/{job}", Role.VIEWER, backfills::show))
                .get(
                        BASE + "/refused",
                        handlers.one(
                                "/backfill/refused",
                                Role.MEMBER,
                                (call, integration) -> backfills.refused(integration)))
                .post(BASE + "/cancel", handlers.one("/backfill/cancel", Role.MEMBER, this::cancel))
                .post(BASE + "/schedule", handlers.one("/backfill/schedule", Role.MEMBER, this::schedule));
    }

    private JsonObjectBuilder begin(Call call, Integration integration) {
        JsonObjectBuilder begun = backfills.begun(integration, true);
        handlers.note(call, integration, "begin backfill", integration.table());
        return begun;
    }

    private JsonObjectBuilder cancel(Call call, Integration integration) {
        JsonObjectBuilder cancelled = backfills.cancel(integration);
        handlers.note(call, integration, "cancel backfill", integration.table());
        return cancelled;
    }

    private JsonObjectBuilder schedule(Call call, Integration integration) {
        String every = call.parameters().required("every", "How often, for example PT15M, P1D, never or usual:");
        JsonObjectBuilder scheduled = backfills.schedule(integration, every);
        handlers.note(call, integration, "schedule backfill", "%s: %s".formatted(integration.table(), every));
        return scheduled;
    }
}
