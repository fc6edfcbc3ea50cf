package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs and the operator use the routes that people use, with tokens of their own. */
class ApiTokensTest {
    @TempDir
    private static Path directory;

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void a_token_acts_in_its_organization_with_its_role_and_is_stored_as_its_digest_only() {
        Person admin = Person.loggedIn(host, "maker@example.com");
        Answer made = create(admin, "ci", "member");
        Person program = program(admin, made);

        Answer renamed = program.post(program.own("/rename"), Map.of("name", "Mine Now"));

        assertThat(program.get(program.own("/services")).status()).isEqualTo(200);
        assertThat(program.get("/v1/organizations/maker_org/members").status()).isEqualTo(200);
        assertThat(renamed.status()).isEqualTo(403);
        assertThat(renamed.json().text("error", "code")).contains("permission_check");
        assertThat(secret(made)).startsWith("whdb_t_");
        assertThat(host.platform(
                        "select count(*) from api_token where name = 'ci' and digest = sha256('%s') and last_used_at is not null"
                                .formatted(secret(made))))
                .containsExactly("1");
    }

    @Test
    void a_token_says_whose_it_is_and_cannot_do_what_takes_an_account() {
        Person admin = Person.loggedIn(host, "self@example.com");
        Person program = program(admin, create(admin, "whoami", "admin"));

        Json me = program.get("/v1/me").json();

        assertThat(me.text("email")).contains("token whoami");
        assertThat(me.text("default_organization_formatted")).contains("Self Org (self_org)");
        assertThat(me.items("verified_memberships")).hasSize(1);
        assertThat(program.post("/v1/organizations/create", Map.of("name", "Of A Token"))
                        .status())
                .isEqualTo(400);
        assertThat(program.post("/v1/organizations/join", Map.of("invitation_code", "join-00000000"))
                        .status())
                .isEqualTo(403);
        assertThat(create(program, "child", "viewer").status()).isEqualTo(400);
    }

    @Test
    void another_organization_is_refused_to_a_token_although_its_maker_belongs_to_it() {
        Person admin = Person.loggedIn(host, "two@example.com");
        Answer second = admin.post("/v1/organizations/create", Map.of("name", "Second Of Two"));
        Person program = program(admin, create(admin, "first", "admin"));

        assertThat(second.status()).isEqualTo(200);
        assertThat(program.get("/v1/organizations/second_of_two/members").status())
                .isEqualTo(403);
    }

    @Test
    void nobody_makes_a_token_that_may_do_more_than_they_and_it_follows_their_role() {
        Person admin = Person.loggedIn(host, "chief@example.com");
        Person member = Person.loggedIn(host, "worker@example.com");
        admin.admit(member, "member");
        Person inOrganization = Person.withToken(host, member.token(), admin);
        Answer tooMuch = create(inOrganization, "power", "admin");
        Person program = program(admin, create(inOrganization, "work", "member"));

        admin.post(admin.own("/change_roles"), Map.of("emails", "worker@example.com", "role_name", "viewer"));

        assertThat(tooMuch.status()).isEqualTo(400);
        assertThat(program.post(program.own("/service_integrations/svi_1/setup"), Map.of())
                        .json()
                        .text("error", "code"))
                .contains("permission_check");
        assertThat(program.get(program.own("/services")).status()).isEqualTo(200);
    }

    @Test
    void a_revoked_and_an_expired_token_and_one_of_somebody_who_was_removed_are_refused() {
        Person admin = Person.loggedIn(host, "remover@example.com");
        Person member = Person.loggedIn(host, "removed@example.com");
        admin.admit(member, "member");
        Person revoked = program(admin, create(admin, "revoked", "viewer"));
        Person expired = program(admin, create(admin, "expired", "viewer", "30"));
        Person orphan = program(admin, create(Person.withToken(host, member.token(), admin), "orphan", "viewer"));

        Answer message = admin.post(admin.own("/tokens/revoked/revoke"), Map.of());
        host.administerPlatform("update api_token set expires_at = now() where name = 'expired'");
        admin.post(admin.own("/remove_member"), Map.of("email", "removed@example.com"));

        assertThat(message.status()).isEqualTo(200);
        for (Person refused : List.of(revoked, expired, orphan)) {
            assertThat(refused.get("/v1/me").status()).isEqualTo(401);
        }
        assertThat(names(admin)).containsExactly("expired");
    }

    @Test
    void members_see_and_revoke_their_own_tokens_and_admins_all() {
        Person admin = Person.loggedIn(host, "seer@example.com");
        Person member = Person.loggedIn(host, "blind@example.com");
        admin.admit(member, "member");
        Person inOrganization = Person.withToken(host, member.token(), admin);
        create(admin, "of admin", "admin");
        create(inOrganization, "of member", "viewer");

        Answer foreign = inOrganization.post(admin.own("/tokens/of%20admin/revoke"), Map.of());

        assertThat(names(admin)).containsExactly("of admin", "of member");
        assertThat(names(inOrganization)).containsExactly("of member");
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(inOrganization
                        .post(admin.own("/tokens/of%20member/revoke"), Map.of())
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "10000", "soon"})
    void a_lifetime_that_is_no_number_of_days_is_refused(String days) {
        Person admin = Person.loggedIn(host, "days@example.com");

        assertThat(create(admin, "days", "viewer", days).json().items("error", "field_errors", "expires_in_days"))
                .hasSize(1);
    }

    @Test
    void a_name_is_asked_for_and_used_once() {
        Person admin = Person.loggedIn(host, "named@example.com");

        Answer asked = admin.post(admin.own("/tokens/create"), Map.of("role", "viewer"));
        Answer made = admin.reply(asked, "nightly\n");
        Answer again = create(admin, "nightly", "viewer");

        assertThat(asked.status()).isEqualTo(422);
        assertThat(made.status()).isEqualTo(200);
        assertThat(again.status()).isEqualTo(400);
    }

    @Test
    void what_a_token_changes_is_audited_by_its_name() {
        Person admin = Person.loggedIn(host, "audited@example.com");
        Person program = program(admin, create(admin, "renamer", "admin"));

        program.post(program.own("/update"), Map.of("field", "billing_email", "value", "bills@example.com"));

        assertThat(host.platform("select email, action from audit where organization_id = %s order by id"
                        .formatted(admin.organization())))
                .containsExactly(
                        "audited@example.com|create organization",
                        "audited@example.com|create token",
                        "token renamer|update billing_email");
    }

    @Test
    void the_operator_is_an_admin_everywhere_and_a_member_nowhere() {
        Person owner = Person.loggedIn(host, "owned@example.com");
        Person operator = Person.withToken(host, host.operatorToken(), owner);

        Answer created = operator.post("/v1/organizations/create", Map.of("name", "By The Operator"));
        Answer invited = operator.post(
                "/v1/organizations/by_the_operator/invite", Map.of("email", "first@example.com", "role_name", "admin"));
        Json listed = operator.get("/v1/me/organization_memberships").json();

        assertThat(created.status()).isEqualTo(200);
        assertThat(invited.status()).isEqualTo(200);
        assertThat(operator.get(operator.own("/members")).json().items("items")).hasSize(1);
        assertThat(operator.get("/v1/me").json().text("email")).contains("operator");
        assertThat(listed.items("blocks").toString()).contains("owned_org", "by_the_operator");
        assertThat(operator.post("/v1/organizations/join", Map.of("invitation_code", "join-00000000"))
                        .status())
                .isEqualTo(403);
        assertThat(host.platform("select email, action, subject from audit where organization_id = %s order by id"
                        .formatted(created.json().number("id").orElseThrow())))
                .containsExactly(
                        "operator|create organization|By The Operator", "operator|invite|first@example.com as admin");
    }

    private static Answer create(Person person, String name, String role) {
        return person.post(person.own("/tokens/create"), Map.of("name", name, "role", role));
    }

    private static Answer create(Person person, String name, String role, String days) {
        return person.post(person.own("/tokens/create"), Map.of("name", name, "role", role, "expires_in_days", days));
    }

    private static Person program(Person colleague, Answer made) {
        return Person.withToken(host, secret(made), colleague);
    }

    private static String secret(Answer made) {
        return made.json().text("token").orElseThrow();
    }

    private static List<String> names(Person person) {
        return person.get(person.own("/tokens")).json().items("items").stream()
                .map(item -> item.text("name").orElseThrow())
                .toList();
    }
}
