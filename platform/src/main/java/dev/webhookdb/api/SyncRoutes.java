package dev.webhookdb.api;

import dev.webhookdb.integration.Integrations;
import dev.webhookdb.sync.Syncs;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;

/** Who is sent the changed rows of tables. Thread-safe. */
public final class SyncRoutes implements HttpService {
    private final HttpSyncRoutes http;
    private final DatabaseSyncRoutes database;

    /** Opens the doors to all kinds of sync targets. */
    public SyncRoutes(MemberRoutes members, Integrations integrations, Syncs syncs) {
        this.http = new HttpSyncRoutes(members, integrations, syncs.targets(), Clock.systemUTC());
        this.database = new DatabaseSyncRoutes(members);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.register(http, database);
    }
}
