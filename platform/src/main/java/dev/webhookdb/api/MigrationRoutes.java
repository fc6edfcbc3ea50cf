package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.migration.DatabaseMoves;
import dev.webhookdb.migration.Migration;
import dev.webhookdb.migration.MigrationException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How an organization moves into a database that it brings. Thread-safe. */
public final class MigrationRoutes implements HttpService {
    private static final String START = "/v1/db/{org}/migrate_database";
    private static final String LIST = "/v1/db/{org}/migrations";
    private static final String CANCEL = "/v1/db/{org}/migrations/cancel";

    private final RequestAuthorizer members;
    private final DatabaseMoves migrations;
    private final Audit audit;

    /** Lets admins begin, and members watch. */
    public MigrationRoutes(RequestAuthorizer members, DatabaseMoves migrations, Audit audit) {
        this.members = members;
        this.migrations = migrations;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(START, members.member(START, Role.ADMIN, this::start))
                .post(CANCEL, members.member(CANCEL, Role.ADMIN, this::cancel))
                .get(LIST, members.member(LIST, Role.VIEWER, this::list));
    }

    private JsonObjectBuilder start(Call call) {
        Parameters parameters = call.parameters();
        String url = parameters
                .text("admin_url")
                .orElseThrow(() -> parameters.ask("admin_url", "The URL of a user that may create tables:", "", true));
        if (!parameters.has("readonly_url")) {
            throw parameters.ask(
                    "readonly_url",
                    "The URL of a user that may only read, or nothing:",
                    "Without it, nobody can run SQL by way of this server.\n",
                    true);
        }
        DatabaseMoves.Outcome outcome = begun(call, url, parameters.text("readonly_url"));
        audit.note(
                call.actor(),
                call.organization().id(),
                "migrate database",
                call.organization().key());
        return new JsonObjectBuilder()
                .with("state", outcome.name().toLowerCase(Locale.ROOT))
                .with(
                        "message",
                        switch (outcome) {
                            case ENQUEUED ->
                                "The rows are being copied while webhooks keep arriving; 'webhookdb db migrations list' shows how far it is. The present connection URL is valid until the end.";
                            case CREDENTIALS_REPLACED ->
                                "The organization's own database is entered with these URLs from now on.";
                        });
    }

    private DatabaseMoves.Outcome begun(Call call, String url, Optional<String> readerUrl) {
        try {
            return migrations.start(call.organization().id(), call.author(), url, readerUrl);
        } catch (MigrationException e) {
            throw switch (e.problem()) {
                case ADMIN_URL -> ApiException.invalid("admin_url", e.getMessage());
                case READER_URL -> ApiException.invalid("readonly_url", e.getMessage());
                // the first two are said of moves between our servers only
                case SERVER, OWN_DATABASE, RUNNING -> new ApiException(409, "migration_in_progress", e.getMessage());
            };
        }
    }

    private JsonObjectBuilder cancel(Call call) {
        if (!migrations.cancel(call.organization().id())) {
            throw new ApiException(
                    409,
                    "no_migration",
                    "No migration is under way: 'webhookdb db migrations list' shows what became of the last one.");
        }
        audit.note(
                call.actor(),
                call.organization().id(),
                "cancel database migration",
                call.organization().key());
        return new JsonObjectBuilder()
                .with("state", "cancelled")
                .with(
                        "message",
                        "The organization stays where it is, and what was copied is removed; 'webhookdb db migrations list' shows when that is done.");
    }

    private JsonObjectBuilder list(Call call) {
        List<JsonObjectBuilder> items = migrations.of(call.organization().id()).stream()
                .map(MigrationRoutes::item)
                .toList();
        return Prompts.list(
                items,
                items.isEmpty() ? "There were no migrations; 'webhookdb db migrations start' begins one." : "",
                List.of(
                        List.of("created_at", "Created at"),
                        List.of("started_at", "Started at"),
                        List.of("finished_at", "Finished at"),
                        List.of("source_url", "Source"),
                        List.of("destination_url", "Destination"),
                        List.of("status", "Status"),
                        List.of("rows", "Rows"),
                        List.of("error", "Remark")));
    }

    private static JsonObjectBuilder item(Migration migration) {
        return new JsonObjectBuilder()
                .with("created_at", migration.createdAt().toString())
                .with("started_at", text(migration.startedAt()))
                .with("finished_at", text(migration.finishedAt()))
                .with("source_url", migration.source())
                .with("destination_url", migration.destination())
                .with("status", migration.state())
                .with("rows", Long.toString(migration.rows()))
                .with("error", migration.remark().orElse(""));
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse("");
    }
}
