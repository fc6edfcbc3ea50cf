package dev.webhookdb.api;

import static dev.webhookdb.api.IntegrationHandlers.INTEGRATION;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.erase.Erasure;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;

/** An admin's route to the erasure of a row. Thread-safe. */
public final class ErasureRoutes implements HttpService {
    private static final String KEY = "key";

    private final IntegrationHandlers handlers;
    private final Erasure erasure;

    /** Erases rows of the caller's organization. */
    public ErasureRoutes(RequestAuthorizer members, Integrations integrations, Erasure erasure, Audit audit) {
        this.handlers = new IntegrationHandlers(members, integrations, audit);
        this.erasure = erasure;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(INTEGRATION + "/erase", handlers.one("/erase", Role.ADMIN, this::erase));
    }

    private JsonObjectBuilder erase(Call call, Integration integration) {
        String key = call.parameters().required(KEY, "The key of the row to erase:");
        call.parameters()
                .confirm(
                        "guard_confirm",
                        "Press Enter to erase it, or Ctrl-C to stop:",
                        "This erases everything but the key of %s in %s, and the bodies of webhooks that name it. It cannot be undone."
                                .formatted(key, integration.table()));
        String message = switch (erasure.erase(call.actor(), integration, key)) {
            case UNKNOWN ->
                throw ApiException.invalid(
                        KEY,
                        "%s has no row with the key '%s', so nothing is erased. Its keys are in the column that is the table's first after pk."
                                .formatted(integration.table(), key));
            case NOW ->
                "%s of %s is erased. What receivers were told before, and backups, still have it."
                        .formatted(key, integration.table());
            case BEFORE ->
                "%s of %s was erased before. What came in since and names it is erased, too."
                        .formatted(key, integration.table());
        };
        return new JsonObjectBuilder().with("message", message);
    }
}
