package dev.webhookdb.api;

import dev.webhookdb.integration.Integrations;
import dev.webhookdb.sync.SyncTarget.Kind;
import dev.webhookdb.sync.Syncs;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.util.List;

/** Who is sent the changed rows of tables. Thread-safe. */
public final class SyncRoutes implements HttpService {
    private final List<HttpService> services;

    /** Opens the doors to all kinds of sync targets. */
    public SyncRoutes(RequestAuthorizer members, Integrations integrations, Syncs syncs) {
        SyncHandlers http = new SyncHandlers(members, integrations, syncs.targets(), Kind.HTTP);
        SyncHandlers database = new SyncHandlers(members, integrations, syncs.targets(), Kind.DATABASE);
        Clock clock = Clock.systemUTC();
        this.services = List.of(
                new TargetRoutes(members, http, integrations, syncs.targets(), Kind.HTTP, clock),
                new HttpSyncRoutes(http, syncs.endpoints()),
                new TargetRoutes(members, database, integrations, syncs.targets(), Kind.DATABASE, clock),
                new DatabaseSyncRoutes(database, syncs.copies()));
    }

    @Override
    public void routing(HttpRules rules) {
        services.forEach(service -> service.routing(rules));
    }
}
