package dev.webhookdb.api;

import dev.webhookdb.account.Access;
import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.migration.MigrationException;
import dev.webhookdb.migration.ServerMove;
import dev.webhookdb.migration.ServerMoves;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.function.Supplier;

/** How the operator moves an organization's database to another of the configured servers. Thread-safe. */
public final class OperatorMoves implements HttpService {
    private static final String MOVE = "/v1/operator/organizations/{key}/move";
    private static final double MEBIBYTE = 1 << 20;

    private final OperatorToken token;
    private final Organizations organizations;
    private final Access access;
    private final ServerMoves moves;
    private final Audit audit;

    /** Authorizes by the token. */
    public OperatorMoves(
            OperatorToken token, Organizations organizations, Access access, ServerMoves moves, Audit audit) {
        this.token = token;
        this.organizations = organizations;
        this.access = access;
        this.moves = moves;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(MOVE, token::require, this::move);
    }

    private void move(ServerRequest request, ServerResponse response) {
        Organization organization = organization(request);
        Parameters parameters = Parameters.of(request, MOVE);
        String server = parameters
                .text("server")
                .orElseThrow(() -> ApiException.invalid(
                        "server", "Name the server that the organization moves to with 'server'."));
        boolean dry = parameters.isTrue("dry_run");
        ServerMove move = refusing(() -> dry
                ? moves.plan(organization.id(), server)
                : moves.start(organization.id(), OperatorToken.actor(request).name(), server));
        if (!dry) {
            audit.note(
                    OperatorToken.actor(request),
                    organization.id(),
                    "move organization",
                    "%s to %s".formatted(organization.key(), move.to()));
        }
        JsonResponses.send(
                response,
                LoginRoutes.organization(organization)
                        .with("state", dry ? "planned" : "enqueued")
                        .with("from", move.from())
                        .with("to", move.to())
                        .with("tables", move.tables())
                        .with("bytes", move.bytes())
                        .with("message", message(organization, move, dry)));
    }

    private static String message(Organization organization, ServerMove move, boolean dry) {
        String what = String.format(
                Locale.ROOT,
                "%s with %d %s and %.1f MiB",
                LoginRoutes.shown(organization),
                move.tables(),
                move.tables() == 1 ? "table" : "tables",
                move.bytes() / MEBIBYTE);
        return dry
                ? "%s would move from %s to %s. Nothing was begun.".formatted(what, move.from(), move.to())
                : """
                %1$s moves from %2$s to %3$s while webhooks keep arriving.
                'webhookdb db migrations list --org %4$s' shows how far it is, and 'cancel' in the place of 'list' leaves it where it is.
                At the end its connection URL is another one: 'webhookdb db connection --org %4$s' shows it.""".formatted(what, move.from(), move.to(), organization.key());
    }

    /** A closed organization is said to be that, and not to be unknown. */
    private Organization organization(ServerRequest request) {
        String key = request.path().pathParameters().get("key");
        boolean closed = organizations.find(key).isEmpty()
                && access.closed(new Actor.Operator(CallerAddress.of(request))).stream()
                        .anyMatch(one -> one.membership().organization().isCalled(key));
        if (closed) {
            throw new ApiException(
                    409,
                    "organization_closed",
                    "The organization '%1$s' is closed and stays where it is. 'webhookdb org reopen %1$s' opens it again."
                            .formatted(key));
        }
        return JsonResponses.organization(request, organizations);
    }

    private static ServerMove refusing(Supplier<ServerMove> work) {
        try {
            return work.get();
        } catch (MigrationException e) {
            throw switch (e.problem()) {
                case RUNNING -> new ApiException(409, "migration_in_progress", e.getMessage());
                case OWN_DATABASE -> new ApiException(409, "own_database", e.getMessage());
                case SERVER, ADMIN_URL, READER_URL -> ApiException.invalid("server", e.getMessage());
            };
        }
    }
}
