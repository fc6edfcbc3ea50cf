package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do with their own account, and what their organizations are told of it. */
class OwnAccountTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
    void every_organization_of_a_person_is_told_of_another_name_once() {
        Person colleague = Person.loggedIn(host, "colleague@example.com");
        Person person = Person.loggedIn(host, "ann@example.com");
        colleague.admit(person, "member");
        String theirs = begin(colleague);
        String own = begin(person);

        Answer renamed = person.post("/v1/me/rename", Map.of("name", " Ann Lee "));
        person.post("/v1/me/rename", Map.of("name", "Ann Lee"));

        assertThat(renamed.status()).isEqualTo(200);
        assertThat(person.get("/v1/me").json().text("name")).contains("Ann Lee");
        for (List<Json> told : List.of(told(colleague, theirs, 1), told(person, own, 1))) {
            assertThat(told).hasSize(1);
            assertThat(told.getFirst().text("type")).contains("user.updated");
            Json data = told.getFirst().at("data");
            assertThat(data.text("id").orElseThrow()).matches("usr_\\d+");
            assertThat(data.text("name")).contains("Ann Lee");
            assertThat(data.text("email")).contains("ann@example.com");
        }
    }

    @Test
    void a_name_that_cannot_be_used_is_refused_with_what_to_change() {
        Person person = Person.loggedIn(host, "unnamed@example.com");

        Answer refused = person.post("/v1/me/rename", Map.of("name", "Ann\u202eLee"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("error").text("message"))
                .contains("A name has no invisible characters such as U+202E.");
        assertThat(person.get("/v1/me").json().text("name")).contains("");
    }

    @Test
    void neither_a_program_nor_the_operator_has_an_account_of_its_own() {
        Person person = Person.loggedIn(host, "maker@example.com");
        String token = person.post(person.own("/tokens/create"), Map.of("name", "ci", "role", "admin"))
                .json()
                .text("token")
                .orElseThrow();

        for (Person caller :
                List.of(Person.withToken(host, token, person), Person.withToken(host, host.operatorToken(), person))) {
            assertThat(caller.post("/v1/me/rename", Map.of("name", "Ann")).status())
                    .isEqualTo(403);
            assertThat(caller.post("/v1/me/delete", Map.of("confirm", "maker@example.com"))
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void an_account_is_deleted_only_by_who_types_its_address() {
        Person person = Person.loggedIn(host, "careful@example.com");

        Answer asked = person.post("/v1/me/delete", Map.of("confirm", "another@example.com"));

        assertThat(asked.status()).isEqualTo(422);
        assertThat(Person.step(asked).text("output").orElseThrow()).contains("cannot be undone");
        assertThat(person.get("/v1/me").status()).isEqualTo(200);
    }

    @Test
    void the_last_admin_of_an_open_organization_is_refused_and_told_what_to_do() {
        Person admin = Person.loggedIn(host, "lastly@example.com");

        Answer refused = admin.post("/v1/me/delete", Map.of("confirm", "lastly@example.com"));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().at("error").text("code")).contains("remove_last_admin");
        assertThat(refused.json().at("error").text("message").orElseThrow())
                .contains("Lastly Org", "org changerole", "webhookdb org close --org lastly_org");
        assertThat(admin.get(admin.own("/members")).status()).isEqualTo(200);

        admin.post(admin.own("/close"), Map.of());

        assertThat(admin.post("/v1/me/delete", Map.of("confirm", "lastly@example.com"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_deleted_account_can_do_nothing_any_more_and_leaves_its_number_alone() {
        Person colleague = Person.loggedIn(host, "staying@example.com");
        Person person = Person.loggedIn(host, "leaving@example.com");
        String theirs = begin(colleague);
        colleague.admit(person, "admin");
        person.post("/v1/me/rename", Map.of("name", "Lea Ving"));
        String token = person.post(colleague.own("/tokens/create"), Map.of("name", "ci", "role", "admin"))
                .json()
                .text("token")
                .orElseThrow();
        person.post(colleague.own("/error_handlers/create"), Map.of("url", "https://errors.example.com/of-who-left"));
        person.post(colleague.own("/saved_queries/create"), Map.of("description", "one", "sql", "select 1"));
        colleague.post(colleague.own("/invite"), Map.of("email", "leaving@example.org"));
        person.post(person.own("/close"), Map.of());
        person.requestCode();

        Answer deleted = person.post("/v1/me/delete", Map.of("confirm", "leaving@example.com"));

        assertThat(deleted.status()).isEqualTo(200);
        assertThat(person.get("/v1/me").status()).isEqualTo(401);
        assertThat(Person.withToken(host, token, colleague).get("/v1/me").status())
                .isEqualTo(401);
        assertThat(colleague
                        .get(colleague.own("/members"))
                        .json()
                        .items("items")
                        .toString())
                .doesNotContain("leaving@example.com");
        List<Json> told = told(colleague, theirs, 5);
        assertThat(told)
                .extracting(event -> event.text("type").orElseThrow())
                .containsExactly(
                        "team.member.added", "user.updated", "user.created", "team.member.removed", "user.deleted");
        String number = told.getFirst().at("data").text("id").orElseThrow();
        assertThat(told.getLast().at("data")).isEqualTo(fields("id", number));
        await("nothing but the audit log names them")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(named("leaving@example.com", "Lea Ving"))
                        .containsExactlyInAnyOrder("audit", "attempt"));
        assertThat(told(colleague, theirs, 5))
                .extracting(event -> event.at("data"))
                .contains(
                        fields("id", number, "role", "admin"),
                        fields("id", number),
                        fields("email", "leaving@example.org"));
    }

    private static Json fields(String... namesAndTexts) {
        return AccountEvents.fields(namesAndTexts);
    }

    /** Tables of the platform's database in which one of the texts is anywhere. */
    private static List<String> named(String... texts) {
        List<String> tables = host.platform(
                "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'");
        return host.platform(tables.stream()
                .map(table ->
                        "select distinct '%1$s' as name from \"%1$s\" as one where one::text similar to '%%(%2$s)%%'"
                                .formatted(table, String.join("|", texts)))
                .collect(Collectors.joining(" union all ")));
    }

    /** From now on events are kept for whoever asks. */
    private static String begin(Person person) {
        await("what happened before is told")
                .atMost(PATIENCE)
                .until(() -> host.platform(
                                "select 'left' from account_event where organization_id = " + person.organization())
                        .isEmpty());
        return person.get("/v1/events?organization=" + person.organization())
                .json()
                .text("next")
                .orElseThrow();
    }

    /** What an organization was told since, as soon as there are enough. */
    private static List<Json> told(Person person, String after, int least) {
        String path = "/v1/events?organization=%s&after=%s".formatted(person.organization(), after);
        return await().atMost(PATIENCE)
                .until(() -> person.get(path).json().items("data"), events -> events.size() >= least);
    }
}
