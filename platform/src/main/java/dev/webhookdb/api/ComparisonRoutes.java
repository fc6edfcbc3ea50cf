package dev.webhookdb.api;

import static dev.webhookdb.api.IntegrationHandlers.INTEGRATION;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.Comparison;
import dev.webhookdb.backfill.Comparisons;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.List;

/** A member's routes to comparisons of tables with what their providers list: begin, watch, read and cancel them. Thread-safe. */
public final class ComparisonRoutes implements HttpService {
    private static final String BASE = INTEGRATION + "/comparison";
    private static final int SHOWN = 20;

    private static final List<List<String>> HEADERS = List.of(
            List.of("id", "Id"),
            List.of("state", "State"),
            List.of("started_at", "Started At"),
            List.of("finished_at", "Finished At"),
            List.of("listed_formatted", "Listed"),
            List.of("missing_formatted", "Missing"),
            List.of("extra_formatted", "Extra"),
            List.of("older_formatted", "Older"),
            List.of("differing_formatted", "Differing"),
            List.of("error", "Error"));

    private final IntegrationHandlers handlers;
    private final Comparisons comparisons;

    /** Compares tables of the caller's organization. */
    public ComparisonRoutes(
            RequestAuthorizer members, Integrations integrations, Comparisons comparisons, Audit audit) {
        this.handlers = new IntegrationHandlers(members, integrations, audit);
        this.comparisons = comparisons;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(
                        BASE + "/jobs",
                        handlers.one("/comparison/jobs", Role.VIEWER, (call, integration) -> list(integration)))
                .post(BASE + "/job", handlers.one("/comparison/job", Role.MEMBER, this::begin))
                .get(BASE + "/job/{job}", handlers.one("/comparison/job/{job}", Role.VIEWER, this::show))
                .post(BASE + "/cancel", handlers.one("/comparison/cancel", Role.MEMBER, this::cancel));
    }

    private JsonObjectBuilder list(Integration integration) {
        List<JsonObjectBuilder> all = comparisons.of(integration, SHOWN).stream()
                .map(ComparisonReport::counts)
                .toList();
        String none = "%s was not compared yet; 'webhookdb integrations compare %s' begins."
                .formatted(integration.table(), integration.opaqueId());
        return Prompts.list(all, all.isEmpty() ? none : "", HEADERS).with("table_name", integration.table());
    }

    private JsonObjectBuilder begin(Call call, Integration integration) {
        Comparison begun = BackfillAnswers.refusing(() -> comparisons.begin(integration));
        handlers.note(call, integration, "begin comparison", integration.table());
        String message = begun.state() == State.RUNNING
                ? "A comparison of %s is under way already.".formatted(integration.table())
                : "The comparison of %s begins; nothing is written to it. 'webhookdb integrations compare status %s' shows what comes out."
                        .formatted(integration.table(), integration.opaqueId());
        return ComparisonReport.counts(begun).with("message", message);
    }

    private JsonObjectBuilder show(Call call, Integration integration) {
        String id = call.part("job");
        return comparisons
                .find(integration, id)
                .map(comparison -> new ComparisonReport(integration, comparison).fields())
                .orElseThrow(() -> new ApiException(
                        403, "forbidden", "%s has no comparison '%s'.".formatted(integration.table(), id)));
    }

    private JsonObjectBuilder cancel(Call call, Integration integration) {
        Comparison cancelled = comparisons
                .cancel(integration)
                .orElseThrow(() -> new ApiException(
                        409, "not_running", "No comparison of %s is under way.".formatted(integration.table())));
        handlers.note(call, integration, "cancel comparison", integration.table());
        return ComparisonReport.counts(cancelled)
                .with("message", "The comparison of %s is being cancelled.".formatted(integration.table()));
    }
}
