package dev.webhookdb;

import dev.webhookdb.api.OperatorConfiguration;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.declare.DeclaredFiles;
import io.helidon.webserver.http.HttpService;
import java.util.List;

/** Files that say what exists. */
final class FileFeature implements Feature {
    private final Ground ground;
    private final AccountFeature accounts;
    private final DeclaredFiles files;

    /** Applies nothing before the host listens. */
    FileFeature(
            Ground ground,
            MessageFeature messages,
            AccountFeature accounts,
            IntegrationFeature integrations,
            NotificationFeature notifications,
            SyncFeature syncs,
            BackfillFeature backfills,
            DatabaseFeature databases) {
        this.ground = ground;
        this.accounts = accounts;
        Configuration.Organizations configuration = ground.configuration().organizations();
        this.files = new DeclaredFiles(
                new DeclaredFiles.Ground(
                        ground.database(),
                        accounts.organizations(),
                        accounts.closing(),
                        accounts.memberships(),
                        accounts.tokens(),
                        messages.errorHandlers(),
                        integrations.integrations(),
                        integrations.setup(),
                        backfills.timetable(),
                        databases.views(),
                        databases.queries(),
                        notifications.notifications().subscriptions(),
                        syncs.syncs(),
                        integrations::complete,
                        configuration.directory(),
                        configuration.prune(),
                        configuration.environment()),
                ground.tasks());
    }

    DeclaredFiles files() {
        return files;
    }

    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        return List.of(new OperatorConfiguration(ground.operator(), accounts.organizations(), files));
    }

    @Override
    public void ready() {
        ground.opened(files).start();
    }
}
