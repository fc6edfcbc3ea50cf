package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import dev.webhookdb.apply.Backlog;
import dev.webhookdb.apply.LoggedWebhook;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.ledger.Imbalance;
import dev.webhookdb.sql.Database;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How an organization's integrations do, at a glance: what came last, what waits, and what is to be mended. Thread-safe. */
public final class StatusRoutes implements HttpService {
    private static final String STATUS = "/v1/organizations/{org}/status";

    /** So many of the newest webhooks of each integration are judged. */
    private static final int NEWEST = 10;

    private final RequestAuthorizer members;
    private final Database platform;
    private final Integrations integrations;
    private final IntegrationSteps steps;
    private final Webhooks webhooks;
    private final BackfillAnswers backfills;
    private final Clock clock;

    /** Looks into the webhook log, the queue and the backfills of the platform's database. */
    public StatusRoutes(
            RequestAuthorizer members,
            Database platform,
            Integrations integrations,
            IntegrationSteps steps,
            Webhooks webhooks,
            BackfillAnswers backfills,
            Clock clock) {
        this.members = members;
        this.platform = platform;
        this.integrations = integrations;
        this.steps = steps;
        this.webhooks = webhooks;
        this.backfills = backfills;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(STATUS, members.member(STATUS, Role.VIEWER, this::status));
    }

    private JsonObjectBuilder status(Call call) {
        long organization = call.organization().id();
        Instant now = clock.instant();
        Map<Long, Backlog> backlogs = Backlog.of(platform, organization);
        Map<Long, List<Imbalance>> imbalances = Imbalance.open(platform).stream()
                .filter(one -> one.organizationId() == organization)
                .collect(Collectors.groupingBy(Imbalance::endpointId));
        List<JsonObjectBuilder> items = new ArrayList<>();
        List<JsonObjectBuilder> problems = new ArrayList<>();
        for (Integration integration : integrations.of(organization)) {
            List<LoggedWebhook> newest = webhooks.newest(
                    Webhooks.Window.of(organization, now).to(integration.opaqueId()),
                    EnumSet.allOf(State.class),
                    Optional.empty(),
                    NEWEST);
            Optional<Backlog> backlog = Optional.ofNullable(backlogs.get(integration.endpointId()));
            items.add(item(integration, newest, backlog, now));
            problems(integration, newest, imbalances.getOrDefault(integration.endpointId(), List.of()))
                    .forEach(problem -> problems.add(new JsonObjectBuilder()
                            .with("integration", integration.opaqueId())
                            .with("table_name", integration.table())
                            .with("problem", problem)));
        }
        String none = "There are no integrations yet; 'webhookdb integrations create' makes one.";
        return Prompts.list(
                        items,
                        items.isEmpty() ? none : "",
                        List.of(
                                List.of("table_name", "Table"),
                                List.of("state", "State"),
                                List.of("last_webhook_at", "Last Webhook"),
                                List.of("waiting", "Waiting"),
                                List.of("lag_seconds", "Lag (s)")))
                .with("login", call.actor().name())
                .with("role", call.membership().role().text())
                .with("organization", LoginRoutes.organization(call.organization()))
                .with("problems", problems);
    }

    private JsonObjectBuilder item(
            Integration integration, List<LoggedWebhook> newest, Optional<Backlog> backlog, Instant now) {
        return steps.shown(integration)
                .with(
                        "last_webhook_at",
                        newest.stream()
                                .findFirst()
                                .map(webhook -> webhook.position().receivedAt().toString())
                                .orElse(""))
                .with("waiting", backlog.map(Backlog::webhooks).orElse(0L))
                .with(
                        "lag_seconds",
                        backlog.map(waiting -> Math.max(
                                        0,
                                        Duration.between(waiting.oldest(), now).toSeconds()))
                                .orElse(0L));
    }

    private List<String> problems(Integration integration, List<LoggedWebhook> newest, List<Imbalance> imbalances) {
        List<String> problems = new ArrayList<>();
        imbalances.stream().map(StatusRoutes::unexplained).forEach(problems::add);
        steps.unfinished(integration).ifPresent(problems::add);
        among(newest, State.REJECTED, "Rejected", "'webhookdb logs --state rejected' shows them.")
                .ifPresent(problems::add);
        among(newest, State.FAILED, "Not stored", "'webhookdb logs --state failed' shows them.")
                .ifPresent(problems::add);
        backfills
                .lastError(integration, Optional.empty())
                .map("The last backfill failed, %s"::formatted)
                .ifPresent(problems::add);
        return problems;
    }

    private static String unexplained(Imbalance imbalance) {
        return imbalance.isSurplus()
                ? "Counted twice: %d of the webhooks from %s on. Please report this defect."
                        .formatted(-imbalance.webhooks(), imbalance.hour())
                : "Lost: %d of the webhooks from %s on. '%s' stores them from the log."
                        .formatted(imbalance.webhooks(), imbalance.hour(), imbalance.replay());
    }

    private static Optional<String> among(List<LoggedWebhook> newest, State state, String what, String remedy) {
        List<LoggedWebhook> found =
                newest.stream().filter(webhook -> webhook.state() == state).toList();
        return found.stream()
                .findFirst()
                .map(webhook -> "%s: %d of the last %d webhooks. %s %s"
                        .formatted(
                                what,
                                found.size(),
                                newest.size(),
                                webhook.reason().orElse(""),
                                remedy));
    }
}
