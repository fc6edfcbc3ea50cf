package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.query.SavedView;
import dev.webhookdb.query.SavedViews;
import dev.webhookdb.reader.Mark;
import dev.webhookdb.tenancy.OrganizationDatabases;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** An organization's data: how to connect to it, and one statement at a time. Thread-safe. */
public final class DatabaseRoutes implements HttpService {
    private static final String BASE = "/v1/db/{org}";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MOST_ROWS = 1_000;

    private final RequestAuthorizer members;
    private final OrganizationDatabases databases;
    private final Integrations integrations;
    private final SavedViews views;
    private final ForeignAccess foreign;
    private final Audit audit;

    /** Gives members what the read-only role may see. */
    public DatabaseRoutes(
            RequestAuthorizer members,
            OrganizationDatabases databases,
            Integrations integrations,
            SavedViews views,
            Audit audit) {
        this.members = members;
        this.databases = databases;
        this.integrations = integrations;
        this.views = views;
        this.foreign = new ForeignAccess(databases, integrations);
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(BASE + "/connection", members.member(BASE + "/connection", Role.VIEWER, this::connection))
                .get(BASE + "/tables", members.member(BASE + "/tables", Role.VIEWER, this::tables))
                .post(BASE + "/fdw", members.member(BASE + "/fdw", Role.VIEWER, foreign::statements))
                .post(BASE + "/sql", JsonResponses.large(members.answering(BASE + "/sql", Role.VIEWER, this::sql)))
                .post(BASE + "/sql/cancel", members.member(BASE + "/sql/cancel", Role.VIEWER, this::cancel))
                .post(
                        BASE + "/roll_credentials",
                        members.member(BASE + "/roll_credentials", Role.ADMIN, this::rollCredentials));
    }

    private JsonObjectBuilder connection(Call call) {
        return new JsonObjectBuilder()
                .with(
                        "connection_url",
                        databases.readerConnectionUrl(call.organization().id()))
                .with("message", "");
    }

    private JsonObjectBuilder tables(Call call) {
        long organization = call.organization().id();
        List<String> tables = Stream.concat(
                        integrations.of(organization).stream().map(Integration::table),
                        views.of(organization).stream().map(SavedView::name))
                .sorted()
                .toList();
        return new JsonObjectBuilder()
                .withTexts("tables", tables)
                .with(
                        "message",
                        tables.isEmpty() ? "There are no tables yet; 'webhookdb integrations create' makes one." : "");
    }

    private Consumer<ServerResponse> sql(Call call) {
        String query = call.parameters().required("query", "The SQL to run:");
        long organization = call.organization().id();
        Optional<Mark> mark = StatementKey.of(call);
        return response -> databases.query(organization, mark, query, LIMIT, MOST_ROWS, ResultGrid.to(response));
    }

    /** A statement that has ended is no failure: that is what was wanted. */
    private JsonObjectBuilder cancel(Call call) {
        boolean ran = databases.cancel(call.organization().id(), StatementKey.required(call));
        return new JsonObjectBuilder()
                .with("cancelled", ran)
                .with("message", ran ? "The statement is cancelled." : "Nothing runs under this key any more.");
    }

    private JsonObjectBuilder rollCredentials(Call call) {
        call.parameters()
                .confirm(
                        "guard_confirm",
                        "Press Enter to go on, or Ctrl-C to stop:",
                        "Whoever uses the present connection URL will have to use the new one.");
        databases.rollReader(call.organization().id(), call.organization().key());
        audit.note(call.actor(), call.organization().id(), "roll credentials", "read-only role");
        String url = databases.readerConnectionUrl(call.organization().id());
        return new JsonObjectBuilder()
                .with("connection_url", url)
                .with("message", "The new connection URL is:\n%s".formatted(url));
    }
}
