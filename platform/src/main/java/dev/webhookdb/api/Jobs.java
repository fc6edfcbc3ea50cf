package dev.webhookdb.api;

import dev.webhookdb.backfill.BackfillException;
import dev.webhookdb.backfill.BackfillJob;
import dev.webhookdb.spi.Setting;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** How a backfill is shown, and why one is refused, whoever asks. */
final class Jobs {
    private Jobs() {}

    /** Returns what everybody is shown of a job. */
    static Fields shown(BackfillJob job) {
        return new Fields()
                .with("id", job.opaqueId())
                .with("created_at", job.createdAt().toString())
                .with("started_at", text(job.startedAt()))
                .with("finished_at", text(job.finishedAt()))
                .with("pages", job.pages())
                .with("rows", job.resources())
                .with("changed", job.changed())
                .with("refused", job.refused())
                .with("error", job.error().orElse(""));
    }

    static String state(BackfillJob job) {
        return job.state().name().toLowerCase(Locale.ROOT);
    }

    static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse("");
    }

    /** Does what may be impossible for this integration; what is missing for it is part of the refusal. */
    static <T> T refusing(Supplier<T> work) {
        try {
            return work.get();
        } catch (BackfillException e) {
            Fields help = new Fields();
            e.missing().forEach(setting -> help.with(setting.name(), setting.help()));
            throw new RefusedException(
                    409,
                    e.missing().isEmpty() ? "no_backfill" : "missing_settings",
                    e.getMessage(),
                    new Fields()
                            .with("field_errors", help)
                            .withTexts(
                                    "missing",
                                    e.missing().stream().map(Setting::name).toList()));
        }
    }
}
