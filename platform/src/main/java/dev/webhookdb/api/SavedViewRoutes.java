package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.declare.Kind;
import dev.webhookdb.query.SavedViews;
import dev.webhookdb.query.ViewException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.List;
import java.util.Map;

/** Views that an organization's admins make in its database. Thread-safe. */
public final class SavedViewRoutes implements HttpService {
    private static final String BASE = "/v1/organizations/{org}/saved_views";
    private static final String ASK_NAME = "The view's name:";
    private static final String ASK_SQL = "The SELECT it shows:";

    private final RequestAuthorizer members;
    private final SavedViews views;
    private final Audit audit;

    /** Makes and lists them. */
    public SavedViewRoutes(RequestAuthorizer members, SavedViews views, Audit audit) {
        this.members = members;
        this.views = views;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(BASE, members.member(BASE, Role.VIEWER, this::list))
                .post(
                        BASE + "/create_or_replace",
                        JsonResponses.large(members.member(BASE + "/create_or_replace", Role.ADMIN, this::replace)))
                .post(BASE + "/delete", members.member(BASE + "/delete", Role.ADMIN, this::delete));
    }

    private JsonObjectBuilder list(Call call) {
        Map<String, String> files = members.owned().files(call, Kind.VIEW);
        List<JsonObjectBuilder> items = views.of(call.organization().id()).stream()
                .map(view -> DeclaredIn.item(
                        new JsonObjectBuilder()
                                .with("name", view.name())
                                .with("sql", view.sql())
                                .with("author", view.author()),
                        files,
                        view.name()))
                .toList();
        return Prompts.list(
                items,
                items.isEmpty()
                        ? "There are no saved views yet; 'webhookdb saved-view create-or-replace' makes one."
                        : "",
                DeclaredIn.headers(List.of(List.of("name", "Name")), !files.isEmpty()));
    }

    private JsonObjectBuilder replace(Call call) {
        Parameters parameters = call.parameters();
        String name = parameters.required("name", ASK_NAME);
        members.owned().refuse(call, Kind.VIEW, name);
        String sql = parameters.required("sql", ASK_SQL);
        SavedQueryRoutes.rechecking(parameters, "sql", ASK_SQL, () -> {
            try {
                views.replace(call.organization().id(), call.author(), name, sql);
                return name;
            } catch (ViewException e) {
                throw parameters.ask("name", ASK_NAME, e.getMessage() + "\n", false);
            }
        });
        audit.note(call.actor(), call.organization().id(), "create or replace saved view", name);
        return new JsonObjectBuilder()
                .with("name", name)
                .with("message", "The view '%s' can be queried like a table.".formatted(name));
    }

    private JsonObjectBuilder delete(Call call) {
        String name = call.parameters().required("name", ASK_NAME);
        members.owned().refuse(call, Kind.VIEW, name);
        boolean deleted;
        try {
            deleted = views.delete(call.organization().id(), name);
        } catch (ViewException e) {
            throw new ApiException(409, "view_needed", e.getMessage());
        }
        if (!deleted) {
            throw new ApiException(
                    403,
                    "forbidden",
                    "There is no saved view '%s'; 'webhookdb saved-view list' shows them.".formatted(name));
        }
        audit.note(call.actor(), call.organization().id(), "delete saved view", name);
        return new JsonObjectBuilder().with("name", name).with("message", "The view '%s' is gone.".formatted(name));
    }
}
