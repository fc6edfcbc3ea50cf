package dev.webhookdb;

import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.spi.Json;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The backfills of an organization, as the operator's interface shows them. */
record Runs(RunningHost host, String organization, Duration patience) {
    /** Begins one, unless one is under way. */
    Answer begin(Made made, String body) {
        return host.operator("POST", path(made), body);
    }

    /** What is said of an integration's backfills. */
    Json answer(Made made) {
        return host.operator("GET", path(made), "").json();
    }

    /** The newest first. */
    List<Json> all(Made made) {
        return answer(made).items("items");
    }

    Json newest(Made made) {
        return all(made).getFirst();
    }

    /** Waits until the newest one is not under way any more, and returns it; a newer one may have been queued since. */
    Json ended(Made made) {
        return await().alias(made.service())
                .atMost(patience)
                .until(
                        () -> newest(made),
                        job -> !Set.of("queued", "running")
                                .contains(job.text("state").orElseThrow()));
    }

    private String path(Made made) {
        return "/organizations/%s/integrations/%s/backfills".formatted(organization, made.id());
    }
}
