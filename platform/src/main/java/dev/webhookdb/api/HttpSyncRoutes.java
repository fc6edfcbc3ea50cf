package dev.webhookdb.api;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.SigningSecret;
import dev.webhookdb.sync.EndpointTargets;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTarget.Terms;
import dev.webhookdb.sync.SyncTargets;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.Optional;

/** Endpoints that are sent changed rows. Thread-safe. */
final class HttpSyncRoutes implements HttpService {
    private final SyncHandlers handlers;
    private final EndpointTargets targets;

    HttpSyncRoutes(SyncHandlers handlers, EndpointTargets targets) {
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
                handlers.integration(call, "Enter the integration whose rows are sent, its id, table or service:");
        String url =
                parameters.required(SyncHandlers.URL, "Enter the HTTP endpoint that WebhookDB should sync data to:");
        targets.requireUrl(url);
        Terms terms = SyncTerms.fresh(Terms.STANDARD, parameters);
        boolean everything = SyncTerms.everything(parameters);
        Optional<String> secret = parameters.text("secret");
        SyncTarget made =
                targets.create(call.actor(), call.organization(), integration, url, secret, terms, everything);
        return created(made, integration, everything, secret.isEmpty());
    }

    private static JsonObjectBuilder created(
            SyncTarget made, Integration integration, boolean everything, boolean secretMade) {
        String secret = made.receiver().secret().orElseThrow();
        return SyncAnswers.terms(made.terms())
                .with("id", made.opaqueId())
                .with("table", integration.table())
                .with("secret", secret)
                .withTexts("warnings", SigningSecret.weakness(secret).stream().toList())
                .with("message", """
                        %s
                        %s Its id is %s; 'webhookdb httpsync stats %s' shows how far it is.
                        Pages are signed as notifications are%s""".formatted(
                                SyncAnswers.promise(made, integration),
                                everything
                                        ? "The rows that are there already are sent first."
                                        : "The rows that are there already are not sent, but what changes from now on.",
                                made.opaqueId(),
                                made.opaqueId(),
                                secretMade
                                        ? ". The secret that signs them is %s. Keep it now, it is not shown again."
                                                .formatted(secret)
                                        : ", with the secret that you gave."));
    }

    /** Nothing is asked for: what is not given stays. */
    private JsonObjectBuilder update(Call call, SyncTarget one, Integration integration) {
        SyncTarget changed = targets.update(call.actor(), one, terms -> SyncTerms.over(terms, call.parameters()));
        return new JsonObjectBuilder()
                .with("id", changed.opaqueId())
                .with(
                        "message",
                        "%s, in pages of up to %d rows for each of which it has %d seconds."
                                .formatted(
                                        SyncAnswers.promise(changed, integration),
                                        changed.terms().pageSize(),
                                        changed.terms().timeout().toSeconds()));
    }

    private JsonObjectBuilder updateCredentials(Call call, SyncTarget one, Integration integration) {
        Parameters parameters = call.parameters();
        String user = parameters.required("user", "Enter the user that the endpoint should be told:");
        String password = SyncHandlers.password(parameters);
        SyncTarget changed = targets.updateCredentials(call.actor(), one, integration, user, password);
        return new JsonObjectBuilder()
                .with(
                        "message",
                        "%s took a page with the new user and password, and gets all others so."
                                .formatted(SyncTargets.shownUrl(changed)));
    }
}
