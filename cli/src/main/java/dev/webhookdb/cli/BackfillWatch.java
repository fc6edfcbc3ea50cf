package dev.webhookdb.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows how far an integration's newest backfill is, until it is done. */
final class BackfillWatch {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final Api api;
    private final Environment environment;
    private final String path;
    private final ProgressBar bar;

    /**
     * @param path of the integration's backfills
     */
    BackfillWatch(Api api, Environment environment, String path) {
        this.api = api;
        this.environment = environment;
        this.path = path;
        this.bar = new ProgressBar(environment);
    }

    /** Gives the backfill when it is done; one that failed is a failure. */
    Json untilDone() {
        Json job = newest();
        bar.show(progress(job));
        while (isUnderWay(job)) {
            rest();
            job = newest();
            bar.show(progress(job));
        }
        bar.end();
        if (job.text("state").equals("failed")) {
            throw Failure.ofServer("The backfill failed: " + job.text("error"));
        }
        return job;
    }

    private Json newest() {
        List<Json> jobs = api.get(path + "/jobs").items("items");
        if (jobs.isEmpty()) {
            throw Failure.ofUsage("There was no backfill of it yet; 'webhookdb backfill' begins one.");
        }
        return jobs.getFirst();
    }

    private static boolean isUnderWay(Json job) {
        return switch (job.text("state")) {
            case "queued", "running" -> true;
            default -> false;
        };
    }

    private ProgressBar.Progress progress(Json job) {
        Map<String, String> counts = new LinkedHashMap<>();
        counts.put("rows", job.text("rows"));
        counts.put("rows/s", job.text("rate"));
        counts.put("pages", job.text("pages"));
        String note = job.text("retry_at").isEmpty()
                ? ""
                : "Waiting until %s: %s".formatted(local(job.text("retry_at")), job.text("error"));
        return new ProgressBar.Progress(
                number(job.text("rows")), number(job.text("expected")), counts, local(job.text("estimated_end")), note);
    }

    private String local(String instant) {
        return When.local(instant, environment.clock().getZone());
    }

    private static long number(String text) {
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private static void rest() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.ofServer("Interrupted. The server goes on with the backfill.");
        }
    }
}
