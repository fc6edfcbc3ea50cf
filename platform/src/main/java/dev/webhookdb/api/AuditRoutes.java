package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Who changed what in an organization, for its admins. Thread-safe. */
public final class AuditRoutes implements HttpService {
    private static final String ALL = "/v1/organizations/{org}/audit";
    private static final long LISTED = 50;
    private static final int MOST = 1000;

    private final RequestAuthorizer members;
    private final Audit audit;

    /** Reads the audit log. */
    public AuditRoutes(RequestAuthorizer members, Audit audit) {
        this.members = members;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ALL, members.member(ALL, Role.ADMIN, this::list));
    }

    private JsonObjectBuilder list(Call call) {
        int limit = Math.toIntExact(number(call, "limit", LISTED, MOST));
        List<Audit.Entry> entries =
                audit.newest(call.organization().id(), number(call, "before", Long.MAX_VALUE, Long.MAX_VALUE), limit);
        boolean more = entries.size() == limit;
        return Prompts.list(
                        entries.stream().map(AuditRoutes::item).toList(),
                        "",
                        List.of(
                                List.of("id", "Id"),
                                List.of("at", "At"),
                                List.of("email", "Who"),
                                List.of("address", "From"),
                                List.of("action", "Did"),
                                List.of("subject", "To")))
                .with("has_more", more);
    }

    private static long number(Call call, String name, long otherwise, long most) {
        return call.parameters()
                .text(name)
                .map(text -> {
                    long number = text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
                    if (number < 1 || number > most) {
                        throw ApiException.invalid(
                                name, "'%s' must be a whole number from 1 to %d.".formatted(name, most));
                    }
                    return number;
                })
                .orElse(otherwise);
    }

    private static JsonObjectBuilder item(Audit.Entry entry) {
        return new JsonObjectBuilder()
                .with("id", Long.toString(entry.id()))
                .with("at", entry.at().truncatedTo(ChronoUnit.SECONDS).toString())
                .with("email", entry.by())
                .with("address", entry.address())
                .with("action", entry.action())
                .with("subject", entry.subject());
    }
}
