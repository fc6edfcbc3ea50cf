package dev.webhookdb;

import dev.webhookdb.account.Accounts;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Memberships;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.account.Sessions;
import dev.webhookdb.account.SignUp;
import dev.webhookdb.api.DatabaseRoutes;
import dev.webhookdb.api.Fixtures;
import dev.webhookdb.api.IntegrationRoutes;
import dev.webhookdb.api.LoginRoutes;
import dev.webhookdb.api.Masking;
import dev.webhookdb.api.MemberBackfills;
import dev.webhookdb.api.MemberRoutes;
import dev.webhookdb.api.MigrationRoutes;
import dev.webhookdb.api.OrganizationRoutes;
import dev.webhookdb.api.SavedQueryRoutes;
import dev.webhookdb.api.SavedViewRoutes;
import dev.webhookdb.api.ServiceRoutes;
import dev.webhookdb.api.WebhookRoutes;
import dev.webhookdb.apply.Reverification;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.database.Database;
import dev.webhookdb.database.OrganizationDatabases;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.OpaqueId;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.migration.Migrations;
import dev.webhookdb.query.SavedQueries;
import dev.webhookdb.query.SavedViews;
import io.helidon.webserver.http.HttpService;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of a host that people log in to. */
final class People {
    private static final Logger LOG = LoggerFactory.getLogger(People.class);

    private final Configuration configuration;
    private final Database platform;
    private final Organizations organizations;
    private final OrganizationDatabases databases;
    private final Accounts.Post post;

    People(
            Configuration configuration,
            Database platform,
            Organizations organizations,
            OrganizationDatabases databases,
            Accounts.Post post) {
        this.configuration = configuration;
        this.platform = platform;
        this.organizations = organizations;
        this.databases = databases;
        this.post = post;
    }

    /** Brings one-time passwords to whoever reads the log, which is said at the start because it is a risk. */
    static Accounts.Post logAsPost() {
        LOG.info("One-time passwords are written to this log: whoever reads it can log in as anybody.");
        return (email, code) -> LOG.info("one-time password for {}: {}", email, code);
    }

    /** @param whenComplete is given integrations that have all they need for one of their halves */
    HttpService services(
            ConnectorRegistry connectors,
            Integrations integrations,
            Endpoints endpoints,
            Backfills backfills,
            Webhooks webhooks,
            Reverification reverification,
            Migrations migrations,
            Consumer<List<Integration>> whenComplete) {
        Sessions sessions = new Sessions(platform, Clock.systemUTC());
        Memberships memberships = new Memberships(platform, organizations);
        Accounts accounts = new Accounts(platform, Clock.systemUTC(), sessions, memberships, signUp(), post);
        Audit audit = new Audit(platform);
        MemberRoutes members = new MemberRoutes(sessions, memberships);
        Setup setup = new Setup(endpoints, connectors);
        URI publicUrl = configuration.publicUrl();
        SavedViews views = new SavedViews(platform, databases);
        SavedQueries queries = new SavedQueries(platform, databases, () -> OpaqueId.withPrefix("svq_"));
        IntegrationRoutes integrationRoutes = new IntegrationRoutes(
                members,
                integrations,
                endpoints,
                setup,
                databases,
                publicUrl,
                new MemberBackfills(backfills, setup),
                webhooks,
                audit,
                whenComplete);
        return rules -> rules.register(
                new LoginRoutes(members, accounts, sessions, memberships),
                new OrganizationRoutes(members, organizations, memberships, audit),
                new ServiceRoutes(members, connectors, new Fixtures(platform)),
                integrationRoutes,
                new WebhookRoutes(
                        members,
                        integrations,
                        webhooks,
                        reverification,
                        new Masking(endpoints, connectors),
                        audit,
                        Clock.systemUTC()),
                new DatabaseRoutes(members, databases, integrations, views, audit),
                new MigrationRoutes(members, migrations, audit),
                new SavedQueryRoutes(members, queries, publicUrl, audit),
                new SavedViewRoutes(members, views, audit));
    }

    private SignUp signUp() {
        SignUp.Policy policy = switch (configuration.accounts().signUp()) {
            case OPEN -> SignUp.Policy.OPEN;
            case ALLOW_LIST -> SignUp.Policy.ALLOW_LIST;
            case INVITE_ONLY -> SignUp.Policy.INVITE_ONLY;
        };
        return new SignUp(policy, configuration.accounts().allowed());
    }
}
