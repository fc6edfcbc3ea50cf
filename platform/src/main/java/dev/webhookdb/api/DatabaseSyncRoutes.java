package dev.webhookdb.api;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.sync.CopyTargets;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTarget.Copy;
import dev.webhookdb.sync.SyncTarget.Terms;
import dev.webhookdb.sync.SyncTargets;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.Optional;

/** Tables of other databases that are kept in step. Thread-safe. */
final class DatabaseSyncRoutes implements HttpService {
    private static final String SCHEMA = "schema";
    private static final String TABLE = "table";

    private final SyncHandlers handlers;
    private final CopyTargets targets;

    DatabaseSyncRoutes(SyncHandlers handlers, CopyTargets targets) {
        this.handlers = handlers;
        this.targets = targets;
    }

    @Override
    public void routing(HttpRules rules) {
        handlers.changes(rules, this::create, this::update, this::updateCredentials);
    }

    /** What is missing is asked for, and what was answered is judged before the next question. */
    private JsonObjectBuilder create(Call call) {
        Parameters parameters = call.parameters();
        Integration integration =
                handlers.integration(call, "Enter the integration whose table is copied, its id, table or service:");
        String url = parameters.required(
                SyncHandlers.URL, "Enter the connection URL of the database that WebhookDB should sync data to:");
        targets.requireUrl(url);
        Terms terms = SyncTerms.fresh(Terms.OF_COPIES, parameters);
        boolean everything = SyncTerms.everything(parameters);
        SyncTarget made = targets.create(
                call.actor(),
                call.organization(),
                integration,
                url,
                parameters.text(SCHEMA),
                parameters.text(TABLE),
                terms,
                everything);
        return created(made, integration, everything);
    }

    private static JsonObjectBuilder created(SyncTarget made, Integration integration, boolean everything) {
        Copy copy = made.copy().orElseThrow();
        return SyncAnswers.terms(made.terms())
                .with("id", made.opaqueId())
                .with(TABLE, copy.table())
                .with(SCHEMA, copy.schema().orElse(""))
                .with("message", """
                        %s
                        %s Its id is %s; 'webhookdb dbsync stats %s' shows how far it is.""".formatted(
                                SyncAnswers.promise(made, integration),
                                everything
                                        ? "The rows that are there already are copied first."
                                        : "The rows that are there already are not copied, but what changes from now on.",
                                made.opaqueId(),
                                made.opaqueId()));
    }

    /** Nothing is asked for: what is not given, or empty, stays. */
    private JsonObjectBuilder update(Call call, SyncTarget one, Integration integration) {
        Parameters parameters = call.parameters();
        SyncTarget changed = targets.update(
                call.actor(),
                call.organization(),
                one,
                integration,
                parameters.text(SCHEMA),
                parameters.text(TABLE),
                terms -> SyncTerms.over(terms, parameters));
        Optional<Copy> before = one.copy();
        return new JsonObjectBuilder()
                .with("id", changed.opaqueId())
                .with(
                        "message",
                        "%s, up to %d rows at once.%s"
                                .formatted(
                                        SyncAnswers.promise(changed, integration),
                                        changed.terms().pageSize(),
                                        changed.copy().equals(before)
                                                ? ""
                                                : " All rows are copied there; the table %s stays as it is."
                                                        .formatted(before.map(Copy::shown)
                                                                .orElse(""))));
    }

    private JsonObjectBuilder updateCredentials(Call call, SyncTarget one, Integration integration) {
        Parameters parameters = call.parameters();
        String user = parameters.required("user", "Enter the user that WebhookDB should connect as:");
        String password = SyncHandlers.password(parameters);
        SyncTarget changed = targets.updateCredentials(call.actor(), one, integration, user, password);
        return new JsonObjectBuilder()
                .with(
                        "message",
                        "%s let the new user in, as whom data is written from now on."
                                .formatted(SyncTargets.shownUrl(changed)));
    }
}
