package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.OpenApi.Operation;
import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may do what, for every operation of the OpenAPI document: what belongs to somebody else is refused exactly as what does not
 * exist, nobody gets in without a token, and no role can do more than the document says.
 */
class TenantIsolationTest {
    private static final List<String> ROLES = List.of("viewer", "member", "admin");
    private static final String UNKNOWN = "svi_unknown";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static OpenApi document;
    private static Person owner;
    private static Person stranger;
    private static Person goneAway;
    private static Map<String, Person> people;
    private static Made made;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
        document = OpenApi.of(host);
        owner = Person.loggedIn(host, "owner@example.com");
        stranger = Person.loggedIn(host, "stranger@example.com");
        made = owner.integrate("stripe_charge_v1");
        goneAway = Person.loggedIn(host, "gone@example.com");
        goneAway.post("/v1/auth/logout", Map.of());
        people = Map.of("viewer", joined("viewer"), "member", joined("member"), "admin", owner);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("ofOrganizations")
    void an_organization_of_others_is_refused_like_one_that_does_not_exist(Operation operation) {
        Answer foreign = stranger.call(operation.method(), path(operation, owner.organization(), made.id()));
        Answer unknown = stranger.call(operation.method(), path(operation, "999999", made.id()));

        assertThat(foreign.status()).isEqualTo(403);
        assertThat(message(foreign, owner.organization())).isEqualTo(message(unknown, "999999"));
        for (String other : List.of("owner_org", "0", "-")) {
            assertThat(stranger.call(operation.method(), path(operation, other, made.id()))
                            .status())
                    .as(other)
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @MethodSource("ofThings")
    void a_thing_of_others_is_refused_like_one_that_does_not_exist(Operation operation) {
        Answer foreign = stranger.call(operation.method(), path(operation, stranger.organization(), made.id()));
        Answer unknown = stranger.call(operation.method(), path(operation, stranger.organization(), UNKNOWN));

        assertThat(foreign.status()).isEqualTo(403);
        assertThat(message(foreign, made.id())).isEqualTo(message(unknown, UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("notForEverybody")
    void nobody_gets_in_without_a_token_or_with_one_that_is_revoked_or_made_up(Operation operation) {
        String path = path(operation, owner.organization(), made.id());

        assertThat(call(operation, path, Optional.empty()).status()).isEqualTo(401);
        assertThat(call(operation, path, Optional.of(goneAway.token())).status())
                .isEqualTo(401);
        assertThat(call(operation, path, Optional.of("whdb_s_made_up")).status())
                .isEqualTo(401);
        assertThat(call(operation, path, Optional.empty())
                        .json()
                        .number("error", "status")
                        .orElseThrow())
                .isEqualByComparingTo("401");
    }

    @ParameterizedTest
    @MethodSource("ofOpenOrganizations")
    void a_role_may_do_what_the_document_says_and_no_more(Operation operation) {
        for (String role : ROLES) {
            Answer answer = people.get(role).call(operation.method(), path(operation, owner.organization(), made.id()));
            boolean refused = answer.status() == 403
                    && answer.json().text("error", "code").equals(Optional.of("permission_check"));

            assertThat(refused).as(role).isEqualTo(ROLES.indexOf(role) < ROLES.indexOf(operation.role()));
            assertThat(answer.status()).as(role).isNotEqualTo(401).isLessThan(500);
        }
    }

    @ParameterizedTest
    @MethodSource("ofTheOperator")
    void the_operators_routes_are_closed_to_admins(Operation operation) {
        assertThat(owner.call(operation.method(), path(operation, "owner_org", made.id()))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void the_tests_above_are_about_something() {
        assertThat(ofOrganizations()).hasSizeGreaterThan(30);
        assertThat(ofThings()).hasSizeGreaterThan(10);
    }

    /** What ends the organization comes last. */
    private static List<Operation> ofOrganizations() {
        return document.operations().stream()
                .filter(operation -> ROLES.contains(operation.role()))
                .sorted(Comparator.comparing(operation -> operation.id().equals("closeOrganization")))
                .toList();
    }

    /** Nobody can open again what is not closed, whatever the role. */
    private static List<Operation> ofOpenOrganizations() {
        return ofOrganizations().stream()
                .filter(operation -> !operation.id().equals("reopenOrganization"))
                .toList();
    }

    private static List<Operation> ofThings() {
        return ofOrganizations().stream()
                .filter(operation -> operation.path().contains("{sint}"))
                .toList();
    }

    private static List<Operation> notForEverybody() {
        return document.operations().stream()
                .filter(operation -> !operation.role().equals("none"))
                .toList();
    }

    private static List<Operation> ofTheOperator() {
        return document.operations().stream()
                .filter(operation -> operation.role().equals("operator"))
                .toList();
    }

    private static Person joined(String role) {
        owner.post(owner.own("/invite"), Map.of("email", role + "@example.com", "role_name", role));
        Person person = Person.loggedIn(host, role + "@example.com");
        String code = host.platform("select code from invitation where email = '%s'".formatted(person.email()))
                .getFirst();
        person.post("/v1/organizations/join", Map.of("invitation_code", code));
        return person;
    }

    /** Where the path does not name the organization, a parameter does. */
    private static String path(Operation operation, String organization, String integration) {
        boolean unnamed = ROLES.contains(operation.role()) && !operation.path().matches(".*\\{(org|key)}.*");
        return (operation.path() + (unnamed ? "?organization={org}" : ""))
                .replace("{org}", organization)
                .replace("{key}", organization)
                .replace("{sint}", integration)
                .replace("{field}", "webhook_secret")
                .replaceAll("\\{[a-z]+}", "unknown");
    }

    private static Answer call(Operation operation, String path, Optional<String> token) {
        return host.call(
                operation.method(),
                path,
                (operation.method().equals("GET") ? "" : "{}").getBytes(StandardCharsets.UTF_8),
                token.map(text -> Map.of("Authorization", "Bearer " + text)).orElse(Map.of()));
    }

    private static String message(Answer answer, String name) {
        return answer.json().text("error", "message").orElseThrow().replace(name, "NAME");
    }
}
