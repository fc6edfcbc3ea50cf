package dev.webhookdb.api;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.function.BooleanSupplier;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: it can take webhooks, which needs its database. Thread-safe.
 */
public final class Health implements HttpService {
    private final BooleanSupplier databaseAvailable;
    private final BooleanSupplier stopping;

    /** Asks the database, and whether the host is stopping, anew for every request. */
    public Health(BooleanSupplier databaseAvailable, BooleanSupplier stopping) {
        this.databaseAvailable = databaseAvailable;
        this.stopping = stopping;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/healthz", (request, response) -> Answers.send(response, new Fields().with("status", "ok")));
        rules.get("/readyz", this::ready);
    }

    private void ready(ServerRequest request, ServerResponse response) {
        boolean leaving = stopping.getAsBoolean();
        boolean available = !leaving && databaseAvailable.getAsBoolean();
        String database = leaving ? "not asked" : available ? "available" : "away";
        Answers.send(
                response,
                available ? 200 : 503,
                new Fields()
                        .with("status", leaving ? "stopping" : available ? "ready" : "not ready")
                        .with("database", database));
    }
}
