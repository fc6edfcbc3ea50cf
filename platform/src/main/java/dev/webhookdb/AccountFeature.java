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
import dev.webhookdb.api.ClosingRoutes;
import dev.webhookdb.api.LoginRoutes;
import dev.webhookdb.api.OrganizationRoutes;
import dev.webhookdb.api.OwnedByFiles;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.api.TokenRoutes;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.declare.Ownership;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.sql.Database;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** People and programs, the organizations that they belong to, and what they did. */
final class AccountFeature implements Feature {
    private final Ground ground;
    private final Organizations organizations;
    private final Sessions sessions;
    private final ApiTokens tokens;
    private final Access access;
    private final Memberships memberships;
    private final Accounts accounts;
    private final OwnAccount own;
    private final Closing closing;

    /** Has those who are invited, and who log in, told by the messages. */
    AccountFeature(Ground ground, MessageFeature messages) {
        Database database = ground.database();
        Configuration configuration = ground.configuration();
        this.ground = ground;
        this.organizations = new Organizations(database, ground.databases());
        this.sessions = new Sessions(database, Clock.systemUTC());
        this.tokens = new ApiTokens(database, Clock.systemUTC());
        this.access = new Access(database, organizations);
        this.memberships = new Memberships(database, organizations, access, messages::invitation);
        this.accounts = new Accounts(
                database, Clock.systemUTC(), sessions, memberships, signUp(configuration), messages::oneTimePassword);
        this.own = new OwnAccount(database);
        this.closing = ground.opened(Closing.start(
                database,
                ground.databases(),
                Clock.systemUTC(),
                configuration.organizations().grace(),
                ground.patience().drops(),
                ground.tasks()));
        ground.opened(Audit.expiring(database, configuration.audit().retention(), ground.tasks()));
    }

    private static SignUp signUp(Configuration configuration) {
        SignUp.Policy policy = switch (configuration.accounts().signUp()) {
            case OPEN -> SignUp.Policy.OPEN;
            case ALLOW_LIST -> SignUp.Policy.ALLOW_LIST;
            case INVITE_ONLY -> SignUp.Policy.INVITE_ONLY;
        };
        return new SignUp(policy, configuration.accounts().allowed());
    }

    /** Knows people, programs and the operator by their tokens. */
    RequestAuthorizer authorizer() {
        return new RequestAuthorizer(
                ground.operator(), sessions, tokens, access, new OwnedByFiles(new Ownership(ground.database())));
    }

    /** Returns a one-time password that lets somebody in whatever the sign-up policy says. */
    String oneTimePassword(String email) {
        return accounts.letIn(email);
    }

    Organizations organizations() {
        return organizations;
    }

    Access access() {
        return access;
    }

    Memberships memberships() {
        return memberships;
    }

    ApiTokens tokens() {
        return tokens;
    }

    Closing closing() {
        return closing;
    }

    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        Audit audit = ground.audit();
        return List.of(
                new LoginRoutes(members, accounts, sessions, access, memberships, ground.databases()),
                new AccountRoutes(members, own),
                new TokenRoutes(members, tokens),
                new ClosingRoutes(members, closing),
                new AuditRoutes(members, audit),
                new OrganizationRoutes(members, organizations, memberships, ground.databases(), audit));
    }

    @Override
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        Map<String, Consumer<Intents.Intent>> unfinished = new HashMap<>(organizations.unfinished());
        unfinished.putAll(closing.unfinished());
        unfinished.putAll(own.unfinished());
        return unfinished;
    }
}
