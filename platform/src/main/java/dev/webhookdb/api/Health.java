package dev.webhookdb.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: it can take webhooks, which needs its database or a journal. Thread-safe.
 */
public final class Health implements HttpService {
    private final BooleanSupplier databaseAvailable;
    private final BooleanSupplier diskFull;
    private final BooleanSupplier journaling;
    private final BooleanSupplier stopping;
    private final Supplier<List<String>> failing;
    private final Supplier<List<String>> problems;

    /**
     * Asks anew for every request.
     *
     * @param journaling whether webhooks are taken even if the database does not take them
     * @param failing the background tasks that do not succeed
     * @param problems sentences about what else is not as it should be, for everybody to read
     */
    public Health(
            BooleanSupplier databaseAvailable,
            BooleanSupplier diskFull,
            BooleanSupplier journaling,
            BooleanSupplier stopping,
            Supplier<List<String>> failing,
            Supplier<List<String>> problems) {
        this.databaseAvailable = databaseAvailable;
        this.diskFull = diskFull;
        this.journaling = journaling;
        this.stopping = stopping;
        this.failing = failing;
        this.problems = problems;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/healthz", this::healthy);
        rules.get("/readyz", this::ready);
    }

    /** A task that fails is no reason to restart the process, and everybody's to know. */
    private void healthy(ServerRequest request, ServerResponse response) {
        List<String> tasks = failing.get();
        List<String> sentences = problems.get();
        JsonResponses.send(
                response,
                new JsonObjectBuilder()
                        .with("status", tasks.isEmpty() && sentences.isEmpty() ? "ok" : "degraded")
                        .withTexts("failing", tasks)
                        .withTexts("problems", sentences));
    }

    private void ready(ServerRequest request, ServerResponse response) {
        boolean leaving = stopping.getAsBoolean();
        boolean available = !leaving && databaseAvailable.getAsBoolean();
        boolean writable = available && !diskFull.getAsBoolean();
        boolean ready = writable || (!leaving && journaling.getAsBoolean());
        String database = leaving ? "not asked" : !available ? "away" : writable ? "available" : "disk full";
        if (!ready) {
            response.header(HeaderNames.RETRY_AFTER, JsonResponses.AWAY_SECONDS);
        }
        JsonResponses.send(
                response,
                ready ? 200 : 503,
                new JsonObjectBuilder()
                        .with("status", leaving ? "stopping" : ready ? "ready" : "not ready")
                        .with("database", database));
    }
}
