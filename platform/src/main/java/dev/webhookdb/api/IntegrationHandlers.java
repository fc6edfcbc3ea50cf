package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.MissingConnectorException;
import io.helidon.webserver.http.Handler;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Handlers of routes about one integration of the caller's organization. Thread-safe. */
final class IntegrationHandlers {
    static final String INTEGRATIONS = "/v1/organizations/{org}/service_integrations";
    static final String INTEGRATION = INTEGRATIONS + "/{sint}";

    /** No route reveals that somebody else's integration exists. */
    static final JsonResponses.Unknown UNKNOWN = new JsonResponses.Unknown(403, "forbidden");

    /** What changes something that a file can say. */
    private static final Set<String> CHANGES = Set.of(
            "/setup",
            "/reset",
            "/transition/{field}",
            "/backfill/reset",
            "/backfill/schedule",
            "/rotate_secret",
            "/rename_table",
            "/delete");

    private final RequestAuthorizer members;
    private final Integrations integrations;
    private final Audit audit;

    IntegrationHandlers(RequestAuthorizer members, Integrations integrations, Audit audit) {
        this.members = members;
        this.integrations = integrations;
        this.audit = audit;
    }

    /**
     * Returns the handler of a route about the integration that the path names, among those of the caller's organization only.
     *
     * @param path behind the integration's part
     */
    Handler one(String path, Role least, BiFunction<Call, Integration, JsonObjectBuilder> work) {
        return members.member(INTEGRATION + path, least, call -> {
            Integration integration =
                    JsonResponses.integration(integrations, call.organization().id(), call.part("sint"), UNKNOWN);
            if (CHANGES.contains(path)) {
                members.owned().refuse(call, integration);
            }
            return refusing(() -> work.apply(call.about("sint", integration.opaqueId()), integration)
                    .about(integration.opaqueId()));
        });
    }

    /** Writes down what a member did with an integration. */
    void note(Call call, Integration integration, String action, String subject) {
        audit.note(call.actor(), integration.organizationId(), action, subject);
    }

    /** Does what may be impossible for an integration. */
    static <T> T refusing(Supplier<T> work) {
        try {
            return work.get();
        } catch (IntegrationException e) {
            throw new ApiException(400, "invalid_service", e.getMessage());
        } catch (MissingConnectorException e) {
            throw new ApiException(409, "connector_missing", e.getMessage());
        }
    }
}
