package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.sync.SyncException;
import dev.webhookdb.sync.SyncException.Field;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTarget.Kind;
import dev.webhookdb.sync.SyncTargets;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** Handlers of routes about sync targets of a kind. Thread-safe. */
final class SyncHandlers {
    private static final String ALL = "/v1/organizations/{org}/sync_targets/";
    static final String INTEGRATION = "service_integration_identifier";
    static final String URL = "connection_url";
    static final String PERIOD = "period_seconds";
    static final String TIMEOUT = "timeout_seconds";

    /** What changes something that a file can say. */
    private static final Set<String> CHANGES = Set.of("/update", "/update_credentials", "/pause", "/resume", "/delete");

    private final RequestAuthorizer members;
    private final Integrations integrations;
    private final SyncTargets targets;
    private final Kind kind;

    SyncHandlers(RequestAuthorizer members, Integrations integrations, SyncTargets targets, Kind kind) {
        this.members = members;
        this.integrations = integrations;
        this.targets = targets;
        this.kind = kind;
    }

    /** Returns the path of all targets of the kind. */
    String all() {
        return ALL + (kind == Kind.HTTP ? "http" : "db");
    }

    /** Returns the path of something that is done with one target. */
    String one(String action) {
        return all() + "/{id}" + action;
    }

    /** What is done for a member with a sync target. */
    @FunctionalInterface
    interface Work {
        /** Does it. */
        JsonObjectBuilder of(Call call, SyncTarget target, Integration integration);
    }

    /** Adds the routes of what each kind has its own words for. */
    void changes(HttpRules rules, Function<Call, JsonObjectBuilder> create, Work update, Work updateCredentials) {
        String path = all() + "/create";
        rules.post(path, members.member(path, Role.MEMBER, refusing(create)))
                .post(one("/update"), one("/update", Role.MEMBER, update))
                .post(one("/update_credentials"), one("/update_credentials", Role.MEMBER, updateCredentials));
    }

    /** Returns the handler of a route about the target that the path names, among those of the caller's organization only. */
    Handler one(String action, Role least, Work work) {
        return members.member(one(action), least, refusing(call -> {
            String id = call.part("id");
            SyncTarget found = targets.find(call.organization(), kind, id).orElseThrow(() -> unknown(id));
            Integration integration = integrations.find(found.integrationId()).orElseThrow(() -> unknown(id));
            if (CHANGES.contains(action)) {
                members.owned().refuse(call, declared(), found.opaqueId());
            }
            return work.of(call.about("id", found.opaqueId()), found, integration)
                    .about(found.opaqueId());
        }));
    }

    /** Returns what files call a target of the kind. */
    dev.webhookdb.declare.Kind declared() {
        return kind == Kind.HTTP ? dev.webhookdb.declare.Kind.HTTP_SYNC : dev.webhookdb.declare.Kind.DB_SYNC;
    }

    private ApiException unknown(String id) {
        return new ApiException(
                403,
                "forbidden",
                "There is no sync target '%s'; 'webhookdb %s list' shows them."
                        .formatted(id, SyncTargets.command(kind)));
    }

    /** Returns the integration that a request is about; asks for it, if it is not named. */
    Integration integration(Call call, String prompt) {
        return JsonResponses.integration(
                integrations,
                call.organization().id(),
                call.parameters().required(INTEGRATION, prompt),
                IntegrationHandlers.UNKNOWN);
    }

    /** Returns the password that a request names; asks for it, if it names none. */
    static String password(Parameters parameters) {
        return parameters
                .text("password")
                .orElseThrow(() -> parameters.ask("password", "Enter the user's password:", "", true));
    }

    /** Does what may be refused. */
    static Function<Call, JsonObjectBuilder> refusing(Function<Call, JsonObjectBuilder> work) {
        return call -> {
            try {
                return work.apply(call);
            } catch (SyncException e) {
                throw refusal(e);
            }
        };
    }

    private static ApiException refusal(SyncException e) {
        return switch (e.field()) {
            case STATUS, NUMBER -> new ApiException(409, "conflict", e.getMessage());
            case INTEGRATION, URL, USER, PASSWORD, SECRET, PERIOD, PAGE_SIZE, TIMEOUT, SCHEMA, TABLE ->
                ApiException.invalid(name(e.field()), e.getMessage());
        };
    }

    private static String name(Field field) {
        return switch (field) {
            case INTEGRATION -> INTEGRATION;
            case URL -> URL;
            case PERIOD -> PERIOD;
            case TIMEOUT -> TIMEOUT;
            case USER, PASSWORD, SECRET, PAGE_SIZE, SCHEMA, TABLE, STATUS, NUMBER ->
                field.name().toLowerCase(Locale.ROOT);
        };
    }
}
