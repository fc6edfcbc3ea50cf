package dev.webhookdb;

import dev.webhookdb.account.Access;
import dev.webhookdb.account.Accounts;
import dev.webhookdb.account.ApiTokens;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Closing;
import dev.webhookdb.account.Memberships;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.account.OwnAccount;
import dev.webhookdb.account.Sessions;
import dev.webhookdb.account.SignUp;
import dev.webhookdb.api.AccountRoutes;
import dev.webhookdb.api.AuditRoutes;
import dev.webhookdb.api.BackfillAnswers;
import dev.webhookdb.api.BackfillRoutes;
import dev.webhookdb.api.ClosingRoutes;
import dev.webhookdb.api.ComparisonRoutes;
import dev.webhookdb.api.DatabaseRoutes;
import dev.webhookdb.api.ErasureRoutes;
import dev.webhookdb.api.ErrorHandlerRoutes;
import dev.webhookdb.api.Fixtures;
import dev.webhookdb.api.InfoRoutes;
import dev.webhookdb.api.IntegrationRoutes;
import dev.webhookdb.api.IntegrationSteps;
import dev.webhookdb.api.LoginRoutes;
import dev.webhookdb.api.Masking;
import dev.webhookdb.api.MigrationRoutes;
import dev.webhookdb.api.NotifyRoutes;
import dev.webhookdb.api.OperatorToken;
import dev.webhookdb.api.OrganizationRoutes;
import dev.webhookdb.api.OwnedByFiles;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.api.RotationRoutes;
import dev.webhookdb.api.SavedQueryRoutes;
import dev.webhookdb.api.SavedViewRoutes;
import dev.webhookdb.api.ServiceRoutes;
import dev.webhookdb.api.StatusRoutes;
import dev.webhookdb.api.SubscriptionRoutes;
import dev.webhookdb.api.SyncRoutes;
import dev.webhookdb.api.TokenRoutes;
import dev.webhookdb.api.WebhookRoutes;
import dev.webhookdb.apply.Replays;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.backfill.Comparisons;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.declare.Ownership;
import dev.webhookdb.drift.KnownVersions;
import dev.webhookdb.erase.Erasure;
import dev.webhookdb.integration.ApiKeys;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.SecretRotation;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.migration.DatabaseMoves;
import dev.webhookdb.notify.Notifications;
import dev.webhookdb.query.SavedQueries;
import dev.webhookdb.query.SavedViews;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sync.Syncs;
import dev.webhookdb.tenancy.OrganizationDatabases;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/** The part of a host that people log in to. */
final class People {
    private final Configuration configuration;
    private final Database platform;
    private final Organizations organizations;
    private final OrganizationDatabases databases;
    private final OperatorToken operator;
    private final Messages messages;
    private final Sessions sessions;
    private final Access access;
    private final Memberships memberships;
    private final Accounts accounts;

    People(
            Configuration configuration,
            Database platform,
            Organizations organizations,
            OrganizationDatabases databases,
            OperatorToken operator,
            Messages messages) {
        this.configuration = configuration;
        this.platform = platform;
        this.organizations = organizations;
        this.databases = databases;
        this.operator = operator;
        this.messages = messages;
        this.sessions = new Sessions(platform, Clock.systemUTC());
        this.access = new Access(platform, organizations);
        this.memberships = new Memberships(platform, organizations, access, messages::invitation);
        this.accounts =
                new Accounts(platform, Clock.systemUTC(), sessions, memberships, signUp(), messages::oneTimePassword);
    }

    /** Returns a one-time password that lets somebody in whatever the sign-up policy says. */
    String oneTimePassword(String email) {
        return accounts.letIn(email);
    }

    /** Who belongs to which organization. */
    Memberships memberships() {
        return memberships;
    }

    /** @param whenComplete is given integrations that have all they need for one of their halves */
    HttpService services(
            ConnectorRegistry connectors,
            Integrations integrations,
            Endpoints endpoints,
            BackfillAnswers backfills,
            Comparisons comparisons,
            Webhooks webhooks,
            Replays replays,
            ApiKeys keys,
            SecretRotation rotation,
            Erasure erasure,
            Closing closing,
            DatabaseMoves migrations,
            Notifications notifications,
            Syncs syncs,
            Consumer<List<Integration>> whenComplete) {
        ApiTokens tokens = new ApiTokens(platform, Clock.systemUTC());
        Audit audit = new Audit(platform);
        RequestAuthorizer members =
                new RequestAuthorizer(operator, sessions, tokens, access, new OwnedByFiles(new Ownership(platform)));
        Setup setup = new Setup(endpoints, connectors);
        IntegrationSteps steps = new IntegrationSteps(setup, endpoints, databases, configuration.publicUrl());
        SavedViews views = new SavedViews(platform, databases);
        SavedQueries queries = new SavedQueries(platform, databases);
        return rules -> rules.register(
                new LoginRoutes(members, accounts, sessions, access, memberships, databases),
                new AccountRoutes(members, new OwnAccount(platform)),
                new TokenRoutes(members, tokens),
                new ClosingRoutes(members, closing),
                new AuditRoutes(members, audit),
                new SubscriptionRoutes(members, integrations, organizations),
                new ErrorHandlerRoutes(members, messages.errorHandlers()),
                new NotifyRoutes(members, integrations, notifications, audit),
                new SyncRoutes(members, integrations, syncs),
                new OrganizationRoutes(members, organizations, memberships, databases, audit),
                new ServiceRoutes(members, connectors, new Fixtures(platform)),
                new IntegrationRoutes(
                        members,
                        platform,
                        integrations,
                        endpoints,
                        setup,
                        steps,
                        backfills,
                        webhooks,
                        audit,
                        whenComplete),
                new InfoRoutes(
                        members,
                        integrations,
                        setup,
                        steps,
                        keys,
                        rotation,
                        new KnownVersions(platform, connectors, endpoints),
                        audit),
                new RotationRoutes(members, integrations, rotation, endpoints, audit, Clock.systemUTC(), whenComplete),
                new ErasureRoutes(members, integrations, erasure, audit),
                new BackfillRoutes(members, integrations, backfills, audit),
                new ComparisonRoutes(members, integrations, comparisons, audit),
                new StatusRoutes(members, platform, integrations, steps, webhooks, backfills, Clock.systemUTC()),
                new WebhookRoutes(
                        members,
                        integrations,
                        webhooks,
                        replays,
                        new Masking(endpoints, connectors),
                        audit,
                        Clock.systemUTC()),
                new DatabaseRoutes(members, databases, integrations, views, audit),
                new MigrationRoutes(members, migrations, audit),
                new SavedQueryRoutes(members, queries, configuration.publicUrl(), audit),
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
