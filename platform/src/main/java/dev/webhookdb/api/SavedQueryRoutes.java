package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.declare.Kind;
import dev.webhookdb.query.SavedQueries;
import dev.webhookdb.query.SavedQuery;
import dev.webhookdb.reader.Mark;
import dev.webhookdb.reader.QueryException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Statements that an organization keeps, and the way for strangers to run those that are public. Thread-safe. */
public final class SavedQueryRoutes implements HttpService {
    private static final String BASE = "/v1/organizations/{org}/saved_queries";
    private static final String PUBLIC = "/v1/saved_queries/{id}/run";
    private static final String ASK_SQL = "The SQL:";
    private static final List<String> EDITABLE = List.of("description", "sql", "public");
    private static final List<String> INFO = List.of("id", "description", "public", "run_url", "sql");

    private final RequestAuthorizer members;
    private final SavedQueries queries;
    private final URI publicUrl;
    private final Audit audit;

    /** @param publicUrl where strangers find this host */
    public SavedQueryRoutes(RequestAuthorizer members, SavedQueries queries, URI publicUrl, Audit audit) {
        this.members = members;
        this.queries = queries;
        this.publicUrl = publicUrl;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(BASE, members.member(BASE, Role.VIEWER, this::list))
                .post(
                        BASE + "/create",
                        JsonResponses.large(members.member(BASE + "/create", Role.MEMBER, this::create)))
                .get(
                        BASE + "/{id}",
                        one("", Role.VIEWER, (call, query) -> item(query).with("message", "")))
                .post(BASE + "/{id}/update", JsonResponses.large(one("/update", Role.MEMBER, this::update)))
                .post(BASE + "/{id}/info", one("/info", Role.VIEWER, this::info))
                .get(BASE + "/{id}/run", answering("/run", Role.VIEWER, this::run))
                .post(BASE + "/{id}/delete", one("/delete", Role.MEMBER, this::delete))
                .get(PUBLIC, this::runPublic);
    }

    private Handler one(String action, Role least, BiFunction<Call, SavedQuery, JsonObjectBuilder> work) {
        return answering(
                action, least, (call, query) -> response -> JsonResponses.send(response, work.apply(call, query)));
    }

    /** What the work returns answers. */
    private Handler answering(String action, Role least, BiFunction<Call, SavedQuery, Consumer<ServerResponse>> work) {
        return members.answering(BASE + "/{id}" + action, least, call -> {
            String id = call.part("id");
            SavedQuery query = queries.find(call.organization().id(), id)
                    .orElseThrow(() -> new ApiException(
                            403,
                            "forbidden",
                            "There is no saved query '%s'; 'webhookdb saved-query list' shows them.".formatted(id)));
            Parameters parameters =
                    call.parameters().at(call.parameters().path().replace("{id}", query.id()));
            return work.apply(new Call(call.request(), call.actor(), call.membership(), parameters), query);
        });
    }

    private JsonObjectBuilder list(Call call) {
        Map<String, String> files = members.owned().files(call, Kind.QUERY);
        List<JsonObjectBuilder> items = queries.of(call.organization().id()).stream()
                .map(query -> DeclaredIn.item(item(query), files, query.id()))
                .toList();
        return Prompts.list(
                items,
                items.isEmpty() ? "There are no saved queries yet; 'webhookdb saved-query create' makes one." : "",
                DeclaredIn.headers(
                        List.of(
                                List.of("id", "Id"),
                                List.of("description", "Description"),
                                List.of("public", "Public"),
                                List.of("run_url", "Run URL")),
                        !files.isEmpty()));
    }

    private JsonObjectBuilder item(SavedQuery query) {
        return new JsonObjectBuilder()
                .with("id", query.id())
                .with("description", query.description())
                .with("public", query.isPublic())
                .with("run_url", runUrl(query))
                .with("sql", query.sql())
                .with("author", query.author());
    }

    private JsonObjectBuilder create(Call call) {
        Parameters parameters = call.parameters();
        String description = parameters.required("description", "What the query is for:");
        String sql = parameters.required("sql", ASK_SQL);
        boolean isPublic = parameters.isTrue("public");
        SavedQuery query = rechecking(
                parameters,
                "sql",
                ASK_SQL,
                () -> queries.create(call.organization().id(), call.author(), description, sql, isPublic));
        audit.note(call.actor(), call.organization().id(), "create saved query", query.id());
        return item(query)
                .with(
                        "message",
                        "The query is saved; 'webhookdb saved-query run %s' runs it.%s"
                                .formatted(query.id(), whoMayRun(query)));
    }

    private JsonObjectBuilder update(Call call, SavedQuery query) {
        requireAuthorOrAdmin(call, query);
        members.owned().refuse(call, Kind.QUERY, query.id());
        Parameters parameters = call.parameters();
        String field = parameters.required("field", "What to change (description, sql or public):");
        if (!EDITABLE.contains(field)) {
            throw unknownField(field, EDITABLE);
        }
        String prompt = "The new value of %s:".formatted(field);
        String value = parameters.required("value", prompt);
        SavedQuery changed = switch (field) {
            case "sql" -> query.withSql(value);
            case "public" -> query.withPublic(truth(parameters, prompt));
            default -> query.withDescription(value);
        };
        rechecking(parameters, "value", prompt, () -> {
            queries.update(changed);
            return changed;
        });
        audit.note(
                call.actor(), call.organization().id(), "change saved query", "%s of %s".formatted(field, query.id()));
        String message = field.equals("public")
                ? "The query %s is %s.%s"
                        .formatted(query.id(), changed.isPublic() ? "public" : "not public", whoMayRun(changed))
                : "The query %s has another %s.%s".formatted(query.id(), field, whoMayRun(changed));
        return item(changed).with("message", message);
    }

    private JsonObjectBuilder info(Call call, SavedQuery query) {
        Optional<String> field = call.parameters().text("field");
        if (field.isEmpty()) {
            return new TextBlocks()
                    .table(
                            List.of("Field", "Value"),
                            INFO.stream()
                                    .map(name -> List.of(name, value(query, name)))
                                    .toList())
                    .fields(item(query));
        }
        if (!INFO.contains(field.get())) {
            throw unknownField(field.get(), INFO);
        }
        return new TextBlocks()
                .line(value(query, field.get()))
                .fields(new JsonObjectBuilder().with(field.get(), value(query, field.get())));
    }

    private Consumer<ServerResponse> run(Call call, SavedQuery query) {
        Optional<Mark> mark = StatementKey.of(call);
        return response -> {
            try {
                queries.run(query, mark, ResultGrid.to(response));
            } catch (QueryException e) {
                throw new ApiException(400, "invalid_query", e.getMessage());
            }
        };
    }

    /** Only who made it, or an admin. */
    private JsonObjectBuilder delete(Call call, SavedQuery query) {
        requireAuthorOrAdmin(call, query);
        members.owned().refuse(call, Kind.QUERY, query.id());
        queries.delete(query);
        audit.note(call.actor(), call.organization().id(), "delete saved query", query.id());
        return new JsonObjectBuilder()
                .with("id", query.id())
                .with("message", "The query %s is gone, and its run URL with it.".formatted(query.id()));
    }

    /** A stranger learns what the query returns, and nothing of the database from what it does not. */
    private void runPublic(ServerRequest request, ServerResponse response) {
        try {
            boolean found = queries.runPublic(request.path().pathParameters().get("id"), ResultGrid.to(response))
                    .isPresent();
            if (!found) {
                throw new ApiException(403, "forbidden", "There is no public query at this address.");
            }
        } catch (QueryException e) {
            throw new ApiException(400, "invalid_query", "The query failed. Ask the people who gave you its address.");
        }
    }

    private String value(SavedQuery query, String field) {
        return switch (field) {
            case "id" -> query.id();
            case "description" -> query.description();
            case "public" -> Boolean.toString(query.isPublic());
            case "run_url" -> runUrl(query);
            default -> query.sql();
        };
    }

    private String runUrl(SavedQuery query) {
        return query.isPublic() ? publicUrl + PUBLIC.replace("{id}", query.id()) : "";
    }

    private String whoMayRun(SavedQuery query) {
        return query.isPublic() ? " Anybody can run it at %s.".formatted(runUrl(query)) : "";
    }

    private static boolean truth(Parameters parameters, String prompt) {
        try {
            return parameters.isTrue("value");
        } catch (ApiException e) {
            throw parameters.ask("value", prompt, e.getMessage(), false);
        }
    }

    private static void requireAuthorOrAdmin(Call call, SavedQuery query) {
        if (!call.author().equals(query.author()) && !call.membership().role().includes(Role.ADMIN)) {
            throw new ApiException(
                    403,
                    "permission_check",
                    "Only %s, who made the query %s, and admins can change or delete it."
                            .formatted(query.author(), query.id()));
        }
    }

    private static ApiException unknownField(String field, List<String> fields) {
        return new ApiException(
                400,
                "invalid_input",
                "There is no field '%s' here; there are: %s.".formatted(field, String.join(", ", fields)));
    }

    /** Asks for the statement again, with the reason, when it cannot be run. */
    static <T> T rechecking(Parameters parameters, String name, String prompt, Supplier<T> work) {
        try {
            return work.get();
        } catch (QueryException e) {
            throw parameters.ask(name, prompt, e.getMessage() + "\n", false);
        }
    }
}
