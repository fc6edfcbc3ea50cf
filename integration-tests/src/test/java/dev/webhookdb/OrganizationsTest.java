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

/** Organizations, their members, and the questions that commands without arguments lead to. */
class OrganizationsTest {
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
    void a_missing_name_is_asked_for_and_the_answer_creates_the_organization() {
        Person person = Person.loggedIn(host, "creator@example.com");

        Answer asked = person.post("/v1/organizations/create", Map.of("name", ""));
        Answer created = person.reply(asked, "Us 100%\n");

        assertThat(asked.status()).isEqualTo(422);
        assertThat(asked.json().text("error", "code")).contains("prompt_required_params");
        assertThat(asked.json().text("error", "state_machine_step", "post_params_value_key"))
                .contains("name");
        assertThat(created.json().text("key")).contains("us_100");
        assertThat(created.json().number("id")).isPresent();
        assertThat(person.get("/v1/organizations/-?org=Us%20100%25").json().text("key"))
                .contains("us_100");
        assertThat(person.get("/v1/organizations/Us%20100%25/members").status()).isEqualTo(200);
        assertThat(Person.step(person.post("/v1/organizations/Us%20100%25/invite", Map.of()))
                        .text("post_to_url")
                        .orElseThrow())
                .doesNotContain("%");
    }

    @Test
    void a_client_that_never_answers_is_not_asked_for_ever() {
        Person person = Person.loggedIn(host, "silent@example.com");
        Answer answer = person.post("/v1/organizations/create", Map.of("name", ""));

        for (int times = 0; answer.status() == 422 && times < 20; times++) {
            answer = person.reply(answer, "");
        }

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void a_name_that_is_taken_is_refused() {
        Person person = Person.loggedIn(host, "twice@example.com");
        person.post("/v1/organizations/create", Map.of("name", "Twice Taken"));

        Answer refused = person.post("/v1/organizations/create", Map.of("name", "twice taken"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().text("error", "message"))
                .contains("There is already an organization 'twice_taken'. Choose another name.");
    }

    @Test
    void who_is_invited_joins_with_the_code_and_nobody_else_can() {
        Person admin = Person.loggedIn(host, "host@example.com");
        Person guest = Person.loggedIn(host, "guest@example.com");
        Person thief = Person.loggedIn(host, "thief@example.com");
        String message = admin.post(admin.own("/invite"), Map.of("email", "Guest@example.com"))
                .json()
                .text("message")
                .orElseThrow();
        String code = message.replaceAll("(?s).*(join-[0-9a-f]{8}).*", "$1");

        Answer stolen = thief.post("/v1/organizations/join", Map.of("invitation_code", code));
        Answer joined = guest.post("/v1/organizations/join", Map.of("invitation_code", code + "\n"));

        assertThat(stolen.status()).isEqualTo(400);
        assertThat(joined.json().number("organization", "id").orElseThrow()).isEqualByComparingTo(admin.organization());
        assertThat(members(admin)).containsExactly("guest@example.com member", "host@example.com admin");
        assertThat(guest.post(admin.own("/invite"), Map.of("email", "x@example.com"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void roles_decide_and_the_last_admin_stays() {
        Person admin = Person.loggedIn(host, "last@example.com");
        Person viewer = Person.loggedIn(host, "viewer@example.com");
        admin.admit(viewer, "viewer");

        Answer creating =
                viewer.post(admin.own("/service_integrations/create"), Map.of("service_name", "stripe_charge_v1"));
        Answer leaving =
                admin.post(admin.own("/remove_member"), Map.of("email", "last@example.com", "guard_confirm", "\n"));
        Answer demoting = admin.post(
                admin.own("/change_roles"),
                Map.of("emails", "last@example.com", "role_name", "member", "guard_confirm", "y"));

        assertThat(creating.status()).isEqualTo(403);
        assertThat(viewer.get(admin.own("/service_integrations")).status()).isEqualTo(200);
        assertThat(leaving.status()).isEqualTo(409);
        assertThat(demoting.status()).isEqualTo(409);
        assertThat(members(admin)).containsExactly("last@example.com admin", "viewer@example.com viewer");
    }

    @Test
    void an_admin_hands_over_and_leaves() {
        Person admin = Person.loggedIn(host, "leaving@example.com");
        Person heir = Person.loggedIn(host, "heir@example.com");
        admin.admit(heir, "member");

        admin.post(admin.own("/change_roles"), Map.of("emails", "heir@example.com", "role_name", "admin"));
        Answer asked = admin.post(admin.own("/remove_member"), Map.of("email", "leaving@example.com"));
        Answer left = admin.reply(asked, "\n");

        assertThat(asked.status()).isEqualTo(422);
        assertThat(left.status()).isEqualTo(200);
        assertThat(admin.get(admin.own("/members")).status()).isEqualTo(403);
        assertThat(host.platform("select action from audit where organization_id = %s order by id"
                        .formatted(admin.organization())))
                .containsExactly("create organization", "invite", "join", "change role", "remove member");
    }

    @Test
    void admins_read_who_changed_what_page_by_page() {
        Person admin = Person.loggedIn(host, "auditor@example.com");
        Person viewer = Person.loggedIn(host, "curious@example.com");
        admin.admit(viewer, "viewer");

        Json newest = admin.get(admin.own("/audit?limit=2")).json();
        Json older = admin.get(admin.own("/audit?limit=2&before="
                        + newest.items("items").getLast().text("id").orElseThrow()))
                .json();

        assertThat(newest.items("items"))
                .extracting(entry -> entry.text("email").orElseThrow() + " "
                        + entry.text("action").orElseThrow())
                .containsExactly("curious@example.com join", "auditor@example.com invite");
        assertThat(newest.isTrue("has_more")).isTrue();
        assertThat(older.items("items"))
                .extracting(entry -> entry.text("action").orElseThrow())
                .containsExactly("create organization");
        assertThat(newest.items("items").getFirst().text("address")).contains("127.0.0.1");
        assertThat(viewer.get(admin.own("/audit")).status()).isEqualTo(403);
        assertThat(admin.get(admin.own("/audit?limit=none")).status()).isEqualTo(400);
    }

    @Test
    void nothing_is_charged() {
        Person person = Person.loggedIn(host, "payer@example.com");

        Json info = person.get(person.own("/subscriptions")).json();
        Answer edited = person.post(person.own("/subscriptions/open_portal"), Map.of("plan", "yearly"));

        assertThat(info.text("plan_name")).contains("Self-hosted");
        assertThat(info.text("sub_status")).contains("");
        assertThat(info.items("display_headers")).hasSize(6);
        assertThat(person.get(person.own("/subscriptions/plans")).json().items("items"))
                .isEmpty();
        assertThat(edited.status()).isEqualTo(409);
    }

    @Test
    void only_name_and_billing_email_can_be_changed() {
        Person person = Person.loggedIn(host, "namer@example.com");

        assertThat(person.post(person.own("/update"), Map.of("field", "key", "value", "x"))
                        .status())
                .isEqualTo(403);
        assertThat(person.post(person.own("/update"), Map.of("field", "name", "value", "Renamed"))
                        .status())
                .isEqualTo(200);
        assertThat(person.get("/v1/organizations/Renamed").json().text("key")).contains("namer_org");
    }

    @Test
    void paths_and_methods_that_do_not_exist_are_refused_with_an_object() {
        Person person = Person.loggedIn(host, "lost@example.com");

        assertThat(person.get("/v1/no-such-path")
                        .json()
                        .number("error", "status")
                        .orElseThrow())
                .isEqualByComparingTo("404");
        assertThat(person.get(person.own("/invite")).json().number("error", "status"))
                .isPresent();
    }

    private static List<String> members(Person person) {
        return person.get(person.own("/members")).json().items("items").stream()
                .map(OrganizationsTest::member)
                .toList();
    }

    private static String member(Json item) {
        return item.text("email").orElseThrow() + " " + item.text("status").orElseThrow();
    }
}
