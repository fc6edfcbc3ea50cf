package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.database.DatabaseException;
import dev.webhookdb.database.OrganizationDatabases;
import dev.webhookdb.database.QueryResult;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Json;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An organization's data: how to connect to it, and one statement at a time. Thread-safe. */
public final class DatabaseRoutes implements HttpService {
    private static final String BASE = "/v1/db/{org}";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MOST_ROWS = 1_000;

    /** From here on the command line client shows a number with an exponent. */
    private static final BigDecimal SHOWN_WITH_EXPONENT = new BigDecimal(1_000_000);

    private static final int DIGITS_OF_A_DOUBLE = 15;

    private final MemberRoutes members;
    private final OrganizationDatabases databases;
    private final Integrations integrations;
    private final Audit audit;

    /** Gives members what the read-only role may see. */
    public DatabaseRoutes(
            MemberRoutes members, OrganizationDatabases databases, Integrations integrations, Audit audit) {
        this.members = members;
        this.databases = databases;
        this.integrations = integrations;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(BASE + "/connection", members.member(BASE + "/connection", Role.VIEWER, this::connection))
                .get(BASE + "/tables", members.member(BASE + "/tables", Role.VIEWER, this::tables))
                .post(BASE + "/sql", members.member(BASE + "/sql", Role.VIEWER, this::sql))
                .post(
                        BASE + "/roll_credentials",
                        members.member(BASE + "/roll_credentials", Role.ADMIN, this::rollCredentials));
    }

    private Fields connection(Call call) {
        return new Fields()
                .with(
                        "connection_url",
                        databases.readerConnectionUrl(call.organization().id()))
                .with("message", "");
    }

    private Fields tables(Call call) {
        List<String> tables = integrations.of(call.organization().id()).stream()
                .map(Integration::table)
                .sorted()
                .toList();
        return new Fields()
                .withTexts("tables", tables)
                .with(
                        "message",
                        tables.isEmpty() ? "There are no tables yet; 'webhookdb integrations create' makes one." : "");
    }

    private Fields sql(Call call) {
        String query = call.parameters().required("query", "The SQL to run:");
        QueryResult result;
        try {
            result = databases.query(call.organization().id(), query, LIMIT, MOST_ROWS);
        } catch (DatabaseException e) {
            if (e.sqlState().isEmpty() || e.sqlState().startsWith("08")) {
                throw e;
            }
            throw new RefusedException(403, "invalid_query", e.getMessage());
        }
        return new Fields()
                .withTexts("headers", result.headers())
                .with("rows", rows(result))
                .with("max_rows_reached", result.more());
    }

    private Fields rollCredentials(Call call) {
        call.parameters()
                .confirm(
                        "guard_confirm",
                        "Press Enter to go on, or Ctrl-C to stop:",
                        "Whoever uses the present connection URL will have to use the new one.");
        databases.rollReader(call.organization().id(), call.organization().key());
        audit.note(call.actor(), call.organization().id(), "roll credentials", "read-only role");
        return new Fields()
                .with(
                        "message",
                        "The new connection URL is:\n%s"
                                .formatted(databases.readerConnectionUrl(
                                        call.organization().id())));
    }

    private static Json rows(QueryResult result) {
        List<Json> rows = new ArrayList<>();
        result.rows().forEach(row -> {
            List<Json> cells = new ArrayList<>();
            for (int column = 0; column < row.size(); column++) {
                String type = result.types().get(column);
                cells.add(row.get(column).map(text -> cell(type, text)).orElseGet(Json.Null::new));
            }
            rows.add(new Json.Arr(cells));
        });
        return new Json.Arr(rows);
    }

    /** Numbers that a person could not read, or a program not exactly, after they passed through the client's doubles, stay texts. */
    private static Json cell(String type, String text) {
        return switch (type) {
            case "bool" -> new Json.Bool(text.equals("t"));
            case "int2", "int4", "int8", "numeric", "float4", "float8", "bigserial", "serial" -> number(text);
            case "json", "jsonb" -> json(text);
            default -> new Json.Str(text);
        };
    }

    private static Json number(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            boolean plain = number.abs().compareTo(SHOWN_WITH_EXPONENT) < 0 && number.precision() <= DIGITS_OF_A_DOUBLE;
            return plain ? new Json.Num(number) : new Json.Str(text);
        } catch (NumberFormatException e) {
            // NaN and the infinities, which JSON does not have
            return new Json.Str(text);
        }
    }

    private static Json json(String text) {
        try {
            return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            // nested deeper than we read
            return new Json.Str(text);
        }
    }
}
