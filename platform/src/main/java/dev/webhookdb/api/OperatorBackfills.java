package dev.webhookdb.api;

import dev.webhookdb.account.Organizations;
import dev.webhookdb.backfill.BackfillJob;
import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.backfill.Timetable;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** The operator's routes to backfills: begin, watch, cancel, how often, and with which settings. Thread-safe. */
public final class OperatorBackfills implements HttpService {
    private static final String INTEGRATION = "/v1/operator/organizations/{key}/integrations/{id}";
    private static final int SHOWN = 20;
    private static final Answers.Unknown UNKNOWN = new Answers.Unknown(404, "unknown_integration");

    private final OperatorToken token;
    private final Organizations organizations;
    private final Integrations integrations;
    private final Endpoints endpoints;
    private final Backfills backfills;
    private final Timetable timetable;
    private final Clock clock;

    /** Authorizes by the token. */
    public OperatorBackfills(
            OperatorToken token,
            Organizations organizations,
            Integrations integrations,
            Endpoints endpoints,
            Backfills backfills,
            Timetable timetable,
            Clock clock) {
        this.token = token;
        this.organizations = organizations;
        this.integrations = integrations;
        this.endpoints = endpoints;
        this.backfills = backfills;
        this.timetable = timetable;
        this.clock = clock;
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
        try {
            integrations.supply(
                    integration, Answers.texts(Answers.object(request).at("settings")));
        } catch (IntegrationException e) {
            throw new RefusedException(400, "invalid_setting", e.getMessage());
        }
        endpoints.forget();
        backfills.settled(integrations.of(integration.organizationId()).stream()
                .filter(other -> other.endpointId() == integration.endpointId())
                .toList());
        Answers.send(response, new Fields().with("message", "The settings are stored."));
    }

    private void schedule(ServerRequest request, ServerResponse response) {
        Integration integration = integration(request);
        String every = Answers.object(request).text("every").orElse("");
        String scheduled = Jobs.refusing(() -> {
            timetable.set(integration, wish(every));
            return scheduled(integration);
        });
        Answers.send(response, new Fields().with("message", "%s.".formatted(scheduled)));
    }

    private static Optional<Duration> wish(String every) {
        try {
            return switch (every.toLowerCase(Locale.ROOT)) {
                case "usual" -> Optional.empty();
                case "never" -> Optional.of(Duration.ZERO);
                default -> Optional.of(Duration.parse(every));
            };
        } catch (DateTimeException e) {
            throw new RefusedException(
                    400,
                    "invalid_input",
                    "'every' must be a duration such as PT15M or P1D, 'never' or 'usual', not '%s'.".formatted(every));
        }
    }

    private String scheduled(Integration integration) {
        return timetable
                .interval(integration)
                .map(interval -> "%s is read again every %s"
                        .formatted(
                                integration.table(),
                                interval.toString().substring(1).replace("T", "")))
                .orElse("%s is only read when somebody asks for it".formatted(integration.table()));
    }

    private void list(ServerRequest request, ServerResponse response) {
        Integration integration = integration(request);
        Answers.send(
                response,
                Answers.items(backfills.of(integration, SHOWN).stream()
                                .map(this::job)
                                .toList())
                        .with("table_name", integration.table())
                        .with("schedule", scheduled(integration)));
    }

    private void begin(ServerRequest request, ServerResponse response) {
        Integration integration = integration(request);
        boolean full = Answers.object(request).isTrue("full");
        BackfillJob job = Jobs.refusing(() -> backfills.begin(integration, Cause.USER, !full));
        String message = job.state() == BackfillJob.State.RUNNING
                ? "A backfill of %s is under way already.".formatted(integration.table())
                : "The backfill of %s begins.".formatted(integration.table());
        Answers.send(response, job(job).with("message", message));
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        Integration integration = integration(request);
        BackfillJob job = backfills
                .cancel(integration)
                .orElseThrow(() -> new RefusedException(
                        409, "not_running", "No backfill of %s is under way.".formatted(integration.table())));
        Answers.send(
                response,
                job(job).with(
                                "message",
                                "The backfill of %s is being cancelled; what was listed stays."
                                        .formatted(integration.table())));
    }

    private void refused(ServerRequest request, ServerResponse response) {
        Answers.send(
                response,
                Answers.items(backfills.refused(integration(request)).stream()
                        .map(refused ->
                                new Fields().with("reason", refused.reason()).with("resource", refused.resource()))
                        .toList()));
    }

    private Fields job(BackfillJob job) {
        Fields fields = Jobs.shown(job)
                .with("cause", job.cause().name().toLowerCase(Locale.ROOT))
                .with("state", Jobs.state(job))
                .with("since", Jobs.text(job.since()))
                .with("rate", rate(job))
                .with("retry_at", Jobs.text(job.retryAt()));
        job.expected().ifPresent(expected -> fields.with("expected", expected));
        end(job).ifPresent(end -> fields.with("estimated_end", end.toString()));
        return fields;
    }

    /** Rows per second. */
    private long rate(BackfillJob job) {
        long milliseconds = elapsed(job).toMillis();
        return milliseconds <= 0 ? 0 : job.resources() * 1_000 / milliseconds;
    }

    private Optional<Instant> end(BackfillJob job) {
        return job.expected()
                .filter(expected -> job.state() == BackfillJob.State.RUNNING && job.resources() > 0)
                .map(expected -> {
                    double left = Math.max(0, expected - job.resources()) / (double) job.resources();
                    return clock.instant().plusMillis((long) (elapsed(job).toMillis() * left));
                });
    }

    private Duration elapsed(BackfillJob job) {
        return job.startedAt()
                .map(start -> Duration.between(start, job.finishedAt().orElseGet(clock::instant)))
                .orElse(Duration.ZERO);
    }

    private Integration integration(ServerRequest request) {
        return Answers.integration(
                integrations,
                Answers.organization(request, organizations).id(),
                request.path().pathParameters().get("id"),
                UNKNOWN);
    }
}
