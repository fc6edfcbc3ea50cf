package dev.webhookdb.api;

import dev.webhookdb.account.ApiToken;
import dev.webhookdb.account.ApiTokens;
import dev.webhookdb.account.Role;
import dev.webhookdb.declare.Kind;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tokens for programs: made, listed and revoked by members. Thread-safe. */
public final class TokenRoutes implements HttpService {
    private static final String ALL = "/v1/organizations/{org}/tokens";
    private static final String CREATE = ALL + "/create";
    private static final String REVOKE = ALL + "/{token}/revoke";

    private final RequestAuthorizer members;
    private final ApiTokens tokens;

    /** Changes them. */
    public TokenRoutes(RequestAuthorizer members, ApiTokens tokens) {
        this.members = members;
        this.tokens = tokens;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ALL, members.member(ALL, Role.VIEWER, this::list))
                .post(CREATE, members.member(CREATE, Role.VIEWER, this::create))
                .post(REVOKE, members.member(REVOKE, Role.VIEWER, this::revoke));
    }

    private JsonObjectBuilder create(Call call) {
        String name = call.parameters().required("name", "What the token is for, for example ci:");
        Role role = OrganizationRoutes.role(
                call.parameters().required("role", "The token's role, %s:".formatted(OrganizationRoutes.ROLES)));
        Optional<Duration> lifetime = call.parameters().text("expires_in_days").map(TokenRoutes::days);
        ApiTokens.Made made = tokens.create(call.actor(), call.membership(), name, role, lifetime);
        return new JsonObjectBuilder()
                .with("id", made.token().opaqueId())
                .with("opaque_id", made.token().opaqueId())
                .with("token", made.secret())
                .with("message", """
                        Keep the token now, it is not shown again. Programs send it as 'Authorization: Bearer TOKEN'.
                        'webhookdb auth token revoke %s' ends it.""".formatted(name));
    }

    private JsonObjectBuilder list(Call call) {
        Map<String, String> files = members.owned().files(call, Kind.TOKEN);
        List<JsonObjectBuilder> items = tokens.of(call.actor(), call.membership()).stream()
                .map(token -> DeclaredIn.item(item(token), files, token.name()))
                .toList();
        return Prompts.list(
                items,
                items.isEmpty() ? "There are no tokens; 'webhookdb auth token create' makes one." : "",
                DeclaredIn.headers(
                        List.of(
                                List.of("name", "Name"),
                                List.of("role", "Role"),
                                List.of("created_by", "Made by"),
                                List.of("created_at", "Made at"),
                                List.of("last_used_at", "Last used"),
                                List.of("expires_at", "Expires"),
                                List.of("opaque_id", "Id")),
                        !files.isEmpty()));
    }

    private JsonObjectBuilder revoke(Call call) {
        String named = call.part("token");
        tokens.of(call.actor(), call.membership()).stream()
                .filter(token -> token.opaqueId().equals(named) || token.name().equals(named))
                .forEach(token -> members.owned().refuse(call, Kind.TOKEN, token.name()));
        ApiToken revoked = tokens.revoke(call.actor(), call.membership(), named)
                .orElseThrow(() -> new ApiException(
                        403,
                        "forbidden",
                        "There is no token '%s'; 'webhookdb auth token list' shows them.".formatted(named)));
        return item(revoked).with("message", "The token %s does not work any more.".formatted(revoked.name()));
    }

    private static Duration days(String text) {
        if (!text.matches("[1-9]\\d{0,3}")) {
            throw ApiException.invalid("expires_in_days", "Write a number of days from 1 to 9999.");
        }
        return Duration.ofDays(Long.parseLong(text));
    }

    private static JsonObjectBuilder item(ApiToken token) {
        return new JsonObjectBuilder()
                .with("id", token.opaqueId())
                .with("opaque_id", token.opaqueId())
                .with("name", token.name())
                .with("role", token.membership().role().text())
                .with("created_by", token.createdBy())
                .with("created_at", token.createdAt().toString())
                .with("last_used_at", token.lastUsedAt().map(Instant::toString).orElse(""))
                .with("expires_at", token.expiresAt().map(Instant::toString).orElse(""));
    }
}
