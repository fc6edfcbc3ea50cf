package dev.webhookdb.api;

import dev.webhookdb.backfill.BackfillException;
import dev.webhookdb.backfill.BackfillJob;
import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.backfill.Timetable;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Setting;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Backfills as they are begun, watched, cancelled and scheduled through HTTP, whoever asks. Thread-safe. */
public final class BackfillAnswers {
    private static final int SHOWN = 20;
    private static final int LOOKED_AT = 100;

    private static final List<List<String>> HEADERS = List.of(
            List.of("id", "Id"),
            List.of("cause", "Cause"),
            List.of("state", "State"),
            List.of("started_at", "Started At"),
            List.of("finished_at", "Finished At"),
            List.of("rows_formatted", "Rows"),
            List.of("changed_formatted", "Changed"),
            List.of("refused_formatted", "Refused"),
            List.of("error", "Error"));

    private final Backfills backfills;
    private final Timetable timetable;
    private final Clock clock;

    /** Steers the runner of all backfills. */
    public BackfillAnswers(Backfills backfills, Timetable timetable, Clock clock) {
        this.backfills = backfills;
        this.timetable = timetable;
        this.clock = clock;
    }

    /** Refuses what no answer can make possible. */
    void requirePossible(Integration integration) {
        refusing(() -> {
            backfills.requirePossible(integration);
            return integration;
        });
    }

    /** Returns what the provider finds wrong with the settings. */
    Optional<String> complaint(Integration integration) {
        return backfills.complaint(integration);
    }

    /** Lists everything again, unless a backfill is under way. */
    JsonObjectBuilder begin(Integration integration) {
        return shown(begin(integration, true));
    }

    private BackfillJob begin(Integration integration, boolean full) {
        return refusing(() -> backfills.begin(integration, Cause.USER, !full));
    }

    /** Lists everything again, or changes only. */
    JsonObjectBuilder begun(Integration integration, boolean full) {
        BackfillJob job = begin(integration, full);
        String message = job.state() == State.RUNNING
                ? "A backfill of %s is under way already.".formatted(integration.table())
                : "The backfill of %s begins. %s"
                        .formatted(integration.table(), reach(integration))
                        .strip();
        return shown(job).with("message", message);
    }

    /** Returns how far back a backfill reaches, in a sentence; empty if the connector does not say. */
    String reach(Integration integration) {
        return backfills.reach(integration).map(Reach::sentence).orElse("");
    }

    /** Shows the newest jobs. */
    JsonObjectBuilder list(Integration integration) {
        List<JsonObjectBuilder> jobs =
                backfills.of(integration, SHOWN).stream().map(this::shown).toList();
        String none = "%s was not listed yet; 'webhookdb backfill %s' begins."
                .formatted(integration.table(), integration.opaqueId());
        return Prompts.list(jobs, jobs.isEmpty() ? none : "", HEADERS)
                .with("table_name", integration.table())
                .with("schedule", scheduled(integration));
    }

    /** Returns why the newest job failed, unless it did not, or that was before an instant. */
    Optional<String> lastError(Integration integration, Optional<Instant> after) {
        return backfills.of(integration, 1).stream()
                .filter(job -> job.state() == State.FAILED)
                .filter(job -> after.filter(
                                instant -> job.finishedAt().orElseThrow().isBefore(instant))
                        .isEmpty())
                .map(job -> "%s: %s"
                        .formatted(job.finishedAt().orElseThrow(), job.error().orElse("")))
                .findFirst();
    }

    /** Shows a job. */
    JsonObjectBuilder show(Call call, Integration integration) {
        String id = call.part("job");
        return backfills.of(integration, LOOKED_AT).stream()
                .filter(one -> one.opaqueId().equals(id))
                .findFirst()
                .map(job -> shown(job).with("message", ""))
                .orElseThrow(() -> new ApiException(
                        403, "forbidden", "%s has no backfill '%s'.".formatted(integration.table(), id)));
    }

    /** Cancels what is under way. */
    JsonObjectBuilder cancel(Integration integration) {
        return backfills
                .cancel(integration)
                .map(job -> shown(job)
                        .with(
                                "message",
                                "The backfill of %s is being cancelled; what was listed stays."
                                        .formatted(integration.table())))
                .orElseThrow(() -> new ApiException(
                        409, "not_running", "No backfill of %s is under way.".formatted(integration.table())));
    }

    /** Shows what could not be stored of the newest job. */
    JsonObjectBuilder refused(Integration integration) {
        List<JsonObjectBuilder> refused = backfills.refused(integration).stream()
                .map(one -> new JsonObjectBuilder().with("reason", one.reason()).with("resource", one.resource()))
                .toList();
        return Prompts.list(
                refused,
                refused.isEmpty() ? "Everything that was listed last could be stored." : "",
                List.of(List.of("reason", "Reason"), List.of("resource", "Resource")));
    }

    /** Sets how often it is read again. */
    JsonObjectBuilder schedule(Integration integration, String every) {
        String scheduled = refusing(() -> {
            timetable.set(integration, wish(every));
            return scheduled(integration);
        });
        return new JsonObjectBuilder()
                .with(
                        "every",
                        timetable.interval(integration).map(Duration::toString).orElse("never"))
                .with("message", "%s.".formatted(scheduled));
    }

    private static Optional<Duration> wish(String every) {
        try {
            return switch (every.toLowerCase(Locale.ROOT)) {
                case "usual" -> Optional.empty();
                case "never" -> Optional.of(Duration.ZERO);
                default -> Optional.of(Duration.parse(every));
            };
        } catch (DateTimeException e) {
            throw ApiException.invalid(
                    "every",
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

    private JsonObjectBuilder shown(BackfillJob job) {
        String state = job.state().name().toLowerCase(Locale.ROOT);
        JsonObjectBuilder fields = new JsonObjectBuilder()
                .with("id", job.opaqueId())
                .with("cause", job.cause().name().toLowerCase(Locale.ROOT))
                .with("state", state)
                .with("status", state)
                .with("since", text(job.since()))
                .with("created_at", job.createdAt().toString())
                .with("started_at", text(job.startedAt()))
                .with("finished_at", text(job.finishedAt()))
                .with("pages", job.pages())
                .with("rows", job.resources())
                .with("rows_formatted", Long.toString(job.resources()))
                .with("changed", job.changed())
                .with("changed_formatted", Long.toString(job.changed()))
                .with("refused", job.refused())
                .with("refused_formatted", Long.toString(job.refused()))
                .with("rate", rate(job))
                .with("error", job.error().orElse(""))
                .with("retry_at", text(job.retryAt()))
                .with("unread", job.unread().orElse(""));
        job.expected().ifPresent(expected -> fields.with("expected", expected));
        end(job).ifPresent(end -> fields.with("estimated_end", end.toString()));
        return fields;
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse("");
    }

    /** Rows per second. */
    private long rate(BackfillJob job) {
        long milliseconds = elapsed(job).toMillis();
        return milliseconds <= 0 ? 0 : job.resources() * 1_000 / milliseconds;
    }

    private Optional<Instant> end(BackfillJob job) {
        return job.expected()
                .filter(expected -> job.state() == State.RUNNING && job.resources() > 0)
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

    /** Does what may be impossible for this integration; what is missing for it is part of the refusal. */
    static <T> T refusing(Supplier<T> work) {
        try {
            return work.get();
        } catch (BackfillException e) {
            JsonObjectBuilder help = new JsonObjectBuilder();
            e.missing().forEach(setting -> help.with(setting.name(), setting.help()));
            throw new ApiException(
                    409,
                    e.missing().isEmpty() ? "no_backfill" : "missing_settings",
                    e.getMessage(),
                    new JsonObjectBuilder()
                            .with("field_errors", help)
                            .withTexts(
                                    "missing",
                                    e.missing().stream().map(Setting::name).toList()));
        }
    }
}
