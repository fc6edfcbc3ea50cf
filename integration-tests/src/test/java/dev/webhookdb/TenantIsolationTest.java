package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What belongs to somebody else is refused exactly as what does not exist. */
class TenantIsolationTest {
    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static Person owner;
    private static Person stranger;
    private static Made made;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
        owner = Person.loggedIn(host, "owner@example.com");
        stranger = Person.loggedIn(host, "stranger@example.com");
        made = owner.integrate("stripe_charge_v1");
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/organizations/{org}",
        "GET, /v1/organizations/{org}/members",
        "POST, /v1/organizations/{org}/invite",
        "POST, /v1/organizations/{org}/remove_member",
        "POST, /v1/organizations/{org}/change_roles",
        "POST, /v1/organizations/{org}/update",
        "POST, /v1/organizations/{org}/rename",
        "GET, /v1/organizations/{org}/services",
        "GET, /v1/organizations/{org}/audit",
        "GET, /v1/organizations/{org}/error_handlers",
        "POST, /v1/organizations/{org}/error_handlers/create",
        "POST, /v1/organizations/{org}/error_handlers/oeh_1/delete",
        "GET, /v1/organizations/{org}/subscriptions",
        "GET, /v1/organizations/{org}/subscriptions/plans",
        "POST, /v1/organizations/{org}/subscriptions/open_portal",
        "POST, /v1/organizations/{org}/close",
        "POST, /v1/organizations/{org}/reopen",
        "GET, /v1/organizations/{org}/tokens",
        "POST, /v1/organizations/{org}/tokens/create",
        "POST, /v1/organizations/{org}/tokens/tok_1/revoke",
        "GET, /v1/organizations/{org}/service_integrations",
        "POST, /v1/organizations/{org}/service_integrations/create",
        "GET, /v1/db/{org}/connection",
        "GET, /v1/db/{org}/tables",
        "POST, /v1/db/{org}/sql",
        "POST, /v1/db/{org}/roll_credentials"
    })
    void an_organization_of_others_is_refused_like_one_that_does_not_exist(String method, String path) {
        Answer foreign = call(method, path.replace("{org}", owner.organization()));
        Answer unknown = call(method, path.replace("{org}", "999999"));

        assertThat(foreign.status()).isEqualTo(403);
        assertThat(message(foreign, owner.organization())).isEqualTo(message(unknown, "999999"));
        assertThat(call(method, path.replace("{org}", "owner_org")).status()).isEqualTo(403);
        assertThat(call(method, path.replace("{org}", "0")).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "setup",
                "reset",
                "transition/webhook_secret",
                "info",
                "delete",
                "rename_table",
                "backfill",
                "backfill/reset",
                "backfill/job"
            })
    void an_integration_of_others_is_refused_like_one_that_does_not_exist(String action) {
        Answer foreign = stranger.post(integration(made.id(), action), Map.of());
        Answer unknown = stranger.post(integration("svi_unknown", action), Map.of());

        assertThat(foreign.status()).isEqualTo(403);
        assertThat(message(foreign, made.id())).isEqualTo(message(unknown, "svi_unknown"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/me", "/v1/organizations/1/services", "/v1/db/1/connection", "/v1/organizations/0/services"})
    void who_is_not_logged_in_learns_nothing(String path) {
        Answer refused = host.call("GET", path, new byte[0], Map.of());

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().number("error", "status").orElseThrow()).isEqualByComparingTo("401");
    }

    private static String integration(String id, String action) {
        return stranger.own("/service_integrations/%s/%s".formatted(id, action));
    }

    private static Answer call(String method, String path) {
        return method.equals("GET") ? stranger.get(path) : stranger.post(path, Map.of());
    }

    private static String message(Answer answer, String name) {
        return answer.json().text("error", "message").orElseThrow().replace(name, "NAME");
    }
}
