package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.List;

/** Databases that are sent changed rows, of which there is no kind yet: everything but the list is refused. Thread-safe. */
final class DatabaseSyncRoutes implements HttpService {
    private static final String ALL = "/v1/organizations/{org}/sync_targets/db";
    private static final String CREATE = ALL + "/create";
    private static final String ONE = ALL + "/{id}";
    private static final String STATS = ONE + "/stats";
    private static final List<String> CHANGES =
            List.of("/update", "/update_credentials", "/sync", "/pause", "/resume", "/delete");

    private static final String NONE =
            "There are no database destinations yet, and so no schemes of connection URLs. HTTP Sync takes https: 'webhookdb httpsync create' makes such a target.";

    private final MemberRoutes members;

    DatabaseSyncRoutes(MemberRoutes members) {
        this.members = members;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ALL, members.member(ALL, Role.VIEWER, call -> list()))
                .post(CREATE, members.member(CREATE, Role.MEMBER, DatabaseSyncRoutes::create))
                .get(ONE, members.member(ONE, Role.VIEWER, DatabaseSyncRoutes::refuse))
                .get(STATS, members.member(STATS, Role.VIEWER, DatabaseSyncRoutes::refuse));
        CHANGES.forEach(change ->
                rules.post(ONE + change, members.member(ONE + change, Role.MEMBER, DatabaseSyncRoutes::refuse)));
    }

    private static Fields list() {
        return Steps.list(List.of(), NONE, SyncAnswers.headers("schema_and_table_string", "Table"));
    }

    private static Fields create(Call call) {
        String url = call.parameters().text(SyncHandlers.URL).orElse("");
        String scheme = url.substring(0, Math.max(0, url.indexOf(':')));
        String refusal =
                scheme.isEmpty() ? "" : "'%s' is no protocol that tables can be synchronized by. ".formatted(scheme);
        throw RefusedException.invalid(SyncHandlers.URL, refusal + NONE);
    }

    private static Fields refuse(Call call) {
        throw new RefusedException(400, "invalid_input", NONE);
    }
}
