package dev.webhookdb;

import dev.webhookdb.api.DatabaseRoutes;
import dev.webhookdb.api.MigrationRoutes;
import dev.webhookdb.api.OperatorMoves;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.api.SavedQueryRoutes;
import dev.webhookdb.api.SavedViewRoutes;
import dev.webhookdb.migration.DatabaseMoves;
import dev.webhookdb.migration.Migrator;
import dev.webhookdb.migration.ServerMoves;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.query.SavedQueries;
import dev.webhookdb.query.SavedViews;
import io.helidon.webserver.http.HttpService;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What organizations do with their databases: asking, keeping what they ask, and moving them elsewhere. */
final class DatabaseFeature implements Feature {
    private final Ground ground;
    private final AccountFeature accounts;
    private final IntegrationFeature integrations;
    private final DatabaseMoves moves;
    private final SavedQueries queries;
    private final SavedViews views;

    /** Begins to work on moves. */
    DatabaseFeature(Ground ground, AccountFeature accounts, IntegrationFeature integrations) {
        this.ground = ground;
        this.accounts = accounts;
        this.integrations = integrations;
        this.moves = new DatabaseMoves(
                ground.database(),
                ground.databases(),
                ground.vault(),
                ground.configuration().organizations().grace());
        ground.opened(new Migrator(moves, ground.databases(), ground.wakeUps(), ground.tasks()))
                .start();
        this.queries = new SavedQueries(ground.database(), ground.databases());
        this.views = new SavedViews(ground.database(), ground.databases());
    }

    SavedQueries queries() {
        return queries;
    }

    SavedViews views() {
        return views;
    }

    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        return List.of(
                new DatabaseRoutes(members, ground.databases(), integrations.integrations(), views, ground.audit()),
                new MigrationRoutes(members, moves, ground.audit()),
                new SavedQueryRoutes(members, queries, ground.publicUrl(), ground.audit()),
                new SavedViewRoutes(members, views, ground.audit()),
                new OperatorMoves(
                        ground.operator(),
                        accounts.organizations(),
                        accounts.access(),
                        new ServerMoves(moves, ground.databases()),
                        ground.audit()));
    }

    @Override
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        return views.unfinished();
    }
}
