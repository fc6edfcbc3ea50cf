package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One-time passwords and sessions, as the command line client meets them. */
class LoginTest {
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
    void six_digits_log_in_and_the_first_time_make_an_account_with_an_organization() {
        Person person = new Person(host, "joe@example.com");

        Answer asked = person.requestCode();
        String code = host.code("joe@example.com").orElseThrow();
        Answer done = person.enter(code);

        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.json().isTrue("needs_input")).isTrue();
        assertThat(asked.json().isTrue("prompt_is_secret")).isTrue();
        assertThat(code).matches("\\d{6}");
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.json().isTrue("complete")).isTrue();
        assertThat(done.json().text("extras", "current_customer", "default_organization", "name"))
                .contains("Joe Org");
        assertThat(done.headers().get("whdb-auth-token")).startsWith("whdb_s_").doesNotContain(";");
    }

    @Test
    void a_token_is_known_in_either_header_and_stored_as_its_digest_only() {
        Person person = Person.loggedIn(host, "ann@example.com");

        Answer bearer = host.call("GET", "/v1/me", new byte[0], Map.of("Authorization", "Bearer " + person.token()));

        assertThat(person.get("/v1/me").json().text("email")).contains("ann@example.com");
        assertThat(bearer.json().text("default_organization_formatted")).contains("Ann Org (ann_org)");
        assertThat(host.platform("select count(*) from session where digest = sha256('%s')".formatted(person.token())))
                .containsExactly("1");
    }

    @Test
    void a_revoked_an_expired_and_an_invented_token_are_refused_alike() {
        Person gone = Person.loggedIn(host, "gone@example.com");
        Person late = Person.loggedIn(host, "late@example.com");

        gone.post("/v1/auth/logout", Map.of());
        host.administerPlatform(
                "update session set expires_at = now() from customer where customer.id = customer_id and email = 'late@example.com'");

        Answer refused = gone.get("/v1/me");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().number("error", "status").orElseThrow()).isEqualByComparingTo("401");
        assertThat(late.get("/v1/me").json()).isEqualTo(refused.json());
        assertThat(host.call("GET", "/v1/me", new byte[0], Map.of("Whdb-Auth-Token", "invented"))
                        .json())
                .isEqualTo(refused.json());
        assertThat(gone.post("/v1/auth/logout", Map.of()).status()).isEqualTo(200);
    }

    @Test
    void who_logs_out_everywhere_is_logged_out_on_every_machine() {
        Person laptop = Person.loggedIn(host, "everywhere@example.com");
        Person desktop = Person.loggedIn(host, "everywhere@example.com");
        Person other = Person.loggedIn(host, "elsewhere@example.com");

        laptop.post("/v1/auth/logout", new Json.Obj(Map.of("all", new Json.Bool(true))));

        assertThat(desktop.get("/v1/me").status()).isEqualTo(401);
        assertThat(laptop.get("/v1/me").status()).isEqualTo(401);
        assertThat(other.get("/v1/me").status()).isEqualTo(200);
    }

    @Test
    void a_wrong_code_is_asked_for_again_and_an_old_token_does_not_keep_from_logging_in() {
        Person person = Person.loggedIn(host, "again@example.com");
        person.requestCode();
        String code = host.code("again@example.com").orElseThrow();

        Answer wrong = person.enter(other(code));

        assertThat(wrong.status()).isEqualTo(200);
        assertThat(wrong.json().isTrue("needs_input")).isTrue();
        assertThat(wrong.json().text("output")).contains("That code is not right.");
        assertThat(person.enter(code).headers()).containsKey("whdb-auth-token");
    }

    @Test
    void a_code_works_once() {
        Person person = new Person(host, "once@example.com");
        person.requestCode();
        String code = host.code("once@example.com").orElseThrow();
        person.enter(code);

        assertOver(person.enter(code));
    }

    @Test
    void five_wrong_codes_lock_the_right_one() {
        Person person = new Person(host, "locked@example.com");
        person.requestCode();
        String code = host.code("locked@example.com").orElseThrow();

        for (int guess = 0; guess < 5; guess++) {
            person.enter(other(code));
        }

        assertOver(person.enter(code));
    }

    @Test
    void a_newer_code_leaves_the_older_one_valid_until_one_of_them_is_used() {
        Person person = new Person(host, "newer@example.com");
        person.requestCode();
        String older = host.code("newer@example.com").orElseThrow();
        person.requestCode();
        String newer = host.code("newer@example.com").orElseThrow();

        assertThat(person.enter(older).headers()).containsKey("whdb-auth-token");
        assertOver(person.enter(newer));
    }

    @Test
    void who_asks_and_guesses_in_somebody_elses_name_keeps_nobody_out(@TempDir Path other) {
        try (RunningHost behind = RunningHost.start(other, Map.of("WEBHOOKDB_SERVER_TRUSTED_PROXIES", "127.0.0.1"))) {
            String home = "203.0.113.5";
            assertThat(ask(behind, home).status()).isNotEqualTo(429);
            assertThat(enter(behind, home, behind.code("victim@example.com").orElseThrow())
                            .headers())
                    .containsKey("whdb-auth-token");

            for (int flooder = 0; flooder < 40; flooder++) {
                ask(behind, "198.51.100." + flooder);
                enter(behind, "198.51.100." + flooder, "0");
            }

            Answer elsewhere = ask(behind, "192.0.2.9");
            assertThat(elsewhere.status()).isEqualTo(429);
            assertThat(elsewhere.json().text("error", "message").orElseThrow()).contains("Use one of them");
            String sent = behind.code("victim@example.com").orElseThrow();
            assertThat(enter(behind, "192.0.2.9", sent).headers()).containsKey("whdb-auth-token");
            assertThat(ask(behind, home).status())
                    .as("where the victim is logged in")
                    .isNotEqualTo(429);
        }
    }

    @Test
    void a_network_of_one_customer_counts_as_one(@TempDir Path other) {
        try (RunningHost behind = RunningHost.start(other, Map.of("WEBHOOKDB_SERVER_TRUSTED_PROXIES", "127.0.0.1"))) {
            Answer last = ask(behind, "2001:db8:1:2::1");
            for (int more = 2; more < 13; more++) {
                last = ask(behind, "2001:db8:1:2::%x".formatted(more));
            }

            assertThat(last.status()).isEqualTo(429);
            assertThat(ask(behind, "2001:db8:1:3::1").status()).isNotEqualTo(429);
        }
    }

    private static Answer ask(RunningHost behind, String address) {
        return behind.call(
                "POST",
                "/v1/auth",
                "{\"email\":\"victim@example.com\",\"token\":\"\"}".getBytes(UTF_8),
                Map.of("X-Forwarded-For", address));
    }

    private static Answer enter(RunningHost behind, String address, String code) {
        return behind.call(
                "POST",
                "/v1/auth",
                "{\"email\":\"victim@example.com\",\"token\":\"%s\"}"
                        .formatted(code)
                        .getBytes(UTF_8),
                Map.of("X-Forwarded-For", address));
    }

    @Test
    void a_code_expires() {
        Person person = new Person(host, "expired@example.com");
        person.requestCode();
        host.administerPlatform("update one_time_password set expires_at = now() where email = 'expired@example.com'");

        assertOver(person.enter(host.code("expired@example.com").orElseThrow()));
        assertThat(host.platform("select count(*) from customer where email = 'expired@example.com'"))
                .containsExactly("0");
    }

    @Test
    void codes_of_one_address_are_limited() {
        Person person = new Person(host, "often@example.com");
        Answer last = person.requestCode();

        for (int more = 0; more < 10; more++) {
            last = person.requestCode();
        }

        assertThat(last.status()).isEqualTo(429);
        assertThat(last.headers()).containsKey("retry-after");
        assertThat(last.json().text("error", "code")).contains("too_many_requests");
    }

    @Test
    void behind_a_trusted_proxy_codes_are_limited_for_whom_it_names(@TempDir Path other) {
        try (RunningHost behind =
                RunningHost.start(other, Map.of("WEBHOOKDB_SERVER_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"))) {
            byte[] asking = "{\"email\":\"far@example.com\"}".getBytes(UTF_8);

            behind.call("POST", "/v1/auth", asking, Map.of("X-Forwarded-For", "192.0.2.66, 203.0.113.7, 10.1.2.3"));
            host.call("POST", "/v1/auth", asking, Map.of("X-Forwarded-For", "203.0.113.8"));

            assertThat(behind.platform("select what from attempt where what like 'codes for %'"))
                    .containsExactly("codes for 203.0.113.7");
            assertThat(host.platform("select what from attempt where what like 'codes for %'"))
                    .containsExactly("codes for 127.0.0.1");
        }
    }

    @Test
    void whoever_was_not_invited_is_sent_nothing_where_the_operator_says_so(@TempDir Path other) {
        try (RunningHost closed = RunningHost.start(
                other,
                Map.of(
                        "WEBHOOKDB_ACCOUNTS_SIGN_UP", "allow-list",
                        "WEBHOOKDB_ACCOUNTS_ALLOWED", "example.org, one@example.com"))) {
            Answer refused = new Person(closed, "two@example.com").requestCode();
            Person listed = Person.loggedIn(closed, "one@example.com");
            Person colleague = Person.loggedIn(closed, "anybody@example.org");
            listed.post(listed.own("/invite"), Map.of("email", "guest@example.com"));

            assertThat(refused.status()).isEqualTo(202);
            assertThat(closed.code("two@example.com")).isEmpty();
            assertThat(colleague.get("/v1/me").status()).isEqualTo(200);
            assertThat(Person.loggedIn(closed, "guest@example.com")
                            .get("/v1/me")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whether_there_is_an_account_cannot_be_told() {
        Person known = Person.loggedIn(host, "known@example.com");
        Person unknown = new Person(host, "nobody@example.com");

        assertThat(unknown.enter("000000").json())
                .isEqualTo(known.enter("000000").json());
        assertThat(unknown.requestCode().json().text("prompt"))
                .isEqualTo(known.requestCode().json().text("prompt"));
    }

    @Test
    void a_missing_address_is_asked_for_and_a_malformed_one_refused() {
        Person nobody = new Person(host, "not an address");

        Answer missing = nobody.post("/v1/auth", Map.of("email", "", "token", ""));
        Answer malformed = nobody.reply(missing, "not an address\n");

        assertThat(missing.status()).isEqualTo(422);
        assertThat(missing.headers()).containsEntry("whdb-prompt", "email");
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.json().items("error", "field_errors", "email")).hasSize(1);
    }

    private static void assertOver(Answer answer) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().text("error", "code")).contains("invalid_code");
        assertThat(answer.headers()).doesNotContainKey("whdb-auth-token");
    }

    private static String other(String code) {
        return code.equals("123456") ? "654321" : "123456";
    }
}
