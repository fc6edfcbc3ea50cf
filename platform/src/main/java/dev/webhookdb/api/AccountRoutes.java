package dev.webhookdb.api;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Customer;
import dev.webhookdb.account.OwnAccount;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;

/** What people do with their own account. Thread-safe. */
public final class AccountRoutes implements HttpService {
    private static final String RENAME = "/v1/me/rename";
    private static final String DELETE = "/v1/me/delete";

    private final RequestAuthorizer members;
    private final OwnAccount accounts;

    /** Lets people change and end their account. */
    public AccountRoutes(RequestAuthorizer members, OwnAccount accounts) {
        this.members = members;
        this.accounts = accounts;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(RENAME, members.person(RENAME, this::rename)).post(DELETE, members.person(DELETE, this::delete));
    }

    private JsonObjectBuilder rename(Actor.Person actor, Parameters parameters) {
        Customer renamed = accounts.rename(actor, parameters.required("name", "Your name:"));
        return new JsonObjectBuilder()
                .with("email", renamed.email())
                .with("name", renamed.name())
                .with("message", "You are called %s now.".formatted(renamed.name()));
    }

    private JsonObjectBuilder delete(Actor.Person actor, Parameters parameters) {
        parameters.match(
                "confirm",
                actor.name(),
                "Type your e-mail address to confirm:",
                "This deletes your account, with its sessions, tokens and memberships. It cannot be undone.");
        accounts.delete(actor);
        return new JsonObjectBuilder().with("email", actor.name()).with("message", """
                        The account of %s is deleted. What it made in organizations stays, without its name; their audit logs keep theirs.
                        A database URL that you kept goes on working until 'webhookdb db roll-credentials' replaces it for everybody.""".formatted(actor.name()));
    }
}
