package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import dev.webhookdb.alert.ErrorHandler;
import dev.webhookdb.alert.ErrorHandlerException;
import dev.webhookdb.alert.ErrorHandlers;
import dev.webhookdb.declare.Kind;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.List;
import java.util.Map;

/** Where an organization wants to be told of trouble. Thread-safe. */
public final class ErrorHandlerRoutes implements HttpService {
    private static final String ALL = "/v1/organizations/{org}/error_handlers";
    private static final String CREATE = ALL + "/create";
    private static final String DELETE = ALL + "/{handler}/delete";

    private final RequestAuthorizer members;
    private final ErrorHandlers handlers;

    /** Changes them. */
    public ErrorHandlerRoutes(RequestAuthorizer members, ErrorHandlers handlers) {
        this.members = members;
        this.handlers = handlers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ALL, members.member(ALL, Role.VIEWER, this::list))
                .post(CREATE, members.member(CREATE, Role.ADMIN, this::create))
                .post(DELETE, members.member(DELETE, Role.ADMIN, this::delete));
    }

    private JsonObjectBuilder create(Call call) {
        String url = call.parameters().required("url", "Where to tell of trouble, a URL or a Sentry DSN:");
        try {
            ErrorHandler created = handlers.create(call.actor(), call.organization(), url);
            return new JsonObjectBuilder()
                    .with("id", created.opaqueId())
                    .with("url", created.url())
                    .with(
                            "message",
                            "%s is told when webhooks are rejected or fail and when backfills stop. 'webhookdb error-handler delete %s' ends that."
                                    .formatted(created.url(), created.opaqueId()));
        } catch (ErrorHandlerException e) {
            throw ApiException.invalid("url", e.getMessage());
        }
    }

    private JsonObjectBuilder list(Call call) {
        Map<String, String> files = members.owned().files(call, Kind.ERROR_HANDLER);
        List<JsonObjectBuilder> items = handlers.of(call.organization()).stream()
                .map(handler -> DeclaredIn.item(
                        new JsonObjectBuilder().with("id", handler.opaqueId()).with("url", handler.url()),
                        files,
                        handler.opaqueId()))
                .toList();
        return Prompts.list(
                items,
                items.isEmpty()
                        ? "There are no error handlers: admins are told by mail. 'webhookdb error-handler create' makes one."
                        : "",
                DeclaredIn.headers(List.of(List.of("id", "ID"), List.of("url", "Url")), !files.isEmpty()));
    }

    private JsonObjectBuilder delete(Call call) {
        String id = call.part("handler");
        members.owned().refuse(call, Kind.ERROR_HANDLER, id);
        ErrorHandler deleted = handlers.delete(call.actor(), call.organization(), id)
                .orElseThrow(() -> new ApiException(
                        403,
                        "forbidden",
                        "There is no error handler '%s'; 'webhookdb error-handler list' shows them.".formatted(id)));
        return new JsonObjectBuilder()
                .with("id", deleted.opaqueId())
                .with("url", deleted.url())
                .with("message", "%s is not told of anything any more.".formatted(deleted.url()));
    }
}
