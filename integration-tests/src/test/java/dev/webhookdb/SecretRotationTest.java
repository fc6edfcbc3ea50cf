package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret is replaced while the provider still signs with the one before. */
class SecretRotationTest {
    private static final String CHARGE = "stripe_charge_v1";
    private static final byte[] CHARGED =
            StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1").getBytes(StandardCharsets.UTF_8);

    /** Within which a host is told of other settings; by itself it would look after five seconds. */
    private static final Duration LEARNED = Duration.ofSeconds(3);

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
    void webhooks_signed_with_either_are_taken_until_the_old_one_ends_by_itself() {
        Person person = Person.loggedIn(host, "rotating@example.com");
        Made made = person.integrate(CHARGE);

        Answer rotated = rotate(person, made, Map.of("secret", "whsec_new\n", "grace_seconds", "3"));

        assertThat(rotated.json().text("message").orElseThrow()).contains("accepted as well until");
        assertThat(send(made, RunningHost.SECRET)).isEqualTo(202);
        assertThat(send(made, "whsec_new")).isEqualTo(202);
        assertThat(send(made, "whsec_other")).isEqualTo(401);
        await().atMost(Duration.ofSeconds(20)).until(() -> send(made, RunningHost.SECRET) == 401);
        assertThat(send(made, "whsec_new")).isEqualTo(202);
    }

    @Test
    void another_host_takes_either_as_well_as_soon_as_it_is_told_and_refuses_the_old_one_after_its_end() {
        Person person = Person.loggedIn(host, "hosts@example.com");
        Made made = person.integrate(CHARGE);
        try (RunningHost other = host.another()) {
            assertThat(send(other, made, RunningHost.SECRET)).isEqualTo(202);
            Instant end = Instant.now().plusSeconds(12);

            rotate(person, made, Map.of("secret", "whsec_new", "grace_seconds", "12"));

            await().atMost(LEARNED).until(() -> send(other, made, "whsec_new") == 202);
            assertThat(send(other, made, RunningHost.SECRET)).isEqualTo(202);
            await().atMost(Duration.between(Instant.now(), end.plusSeconds(2)))
                    .until(() -> send(other, made, RunningHost.SECRET) == 401);
            assertThat(send(host, made, RunningHost.SECRET)).isEqualTo(401);
            assertThat(send(other, made, "whsec_new")).isEqualTo(202);
        }
    }

    @Test
    void another_host_refuses_an_old_one_that_ended_at_once_as_soon_as_it_is_told() {
        Person person = Person.loggedIn(host, "leaked@example.com");
        Made made = person.integrate(CHARGE);
        try (RunningHost other = host.another()) {
            assertThat(send(other, made, RunningHost.SECRET)).isEqualTo(202);

            rotate(person, made, Map.of("secret", "whsec_new", "grace_seconds", "0"));

            await().atMost(LEARNED).until(() -> send(other, made, RunningHost.SECRET) == 401);
            assertThat(send(other, made, "whsec_new")).isEqualTo(202);
        }
    }

    @Test
    void what_is_over_is_forgotten() {
        Person person = Person.loggedIn(host, "forgetting@example.com");
        Made made = person.integrate(CHARGE);
        rotate(person, made, Map.of("secret", "whsec_new"));

        host.administerPlatform("update setting set old_until = now() where old_until is not null");

        await().atMost(Duration.ofSeconds(90))
                .until(() -> host.platform("select 1 from setting where sealed_old_value is not null")
                        .isEmpty());
    }

    @Test
    void the_end_of_the_old_one_is_shown_and_the_old_one_is_not() {
        Person person = Person.loggedIn(host, "shown@example.com");
        Made made = person.integrate(CHARGE);

        Answer rotated = rotate(person, made, Map.of("secret", "whsec_new"));
        String until = rotated.json().text("old_until").orElseThrow();

        assertThat(info(person, made, "true"))
                .contains("Old webhook secret accepted until", until, "whsec_new")
                .doesNotContain(RunningHost.SECRET);
        assertThat(info(person, made, "false")).contains(until).doesNotContain("whsec_new");
    }

    @Test
    void a_second_rotation_ends_the_oldest_secret_and_says_so() {
        Person person = Person.loggedIn(host, "twice@example.com");
        Made made = person.integrate(CHARGE);
        rotate(person, made, Map.of("secret", "whsec_second"));

        Answer again = rotate(person, made, Map.of("secret", "whsec_third"));

        assertThat(again.json().text("message").orElseThrow()).contains("a rotation that was under way");
        assertThat(List.of(send(made, RunningHost.SECRET), send(made, "whsec_second"), send(made, "whsec_third")))
                .containsExactly(401, 202, 202);
    }

    @Test
    void a_secret_that_is_supplied_instead_ends_the_old_one_and_the_same_one_does_not() {
        Person person = Person.loggedIn(host, "supplied@example.com");
        Made made = person.integrate(CHARGE);
        rotate(person, made, Map.of("secret", "whsec_second"));
        String path = person.own("/service_integrations/%s/transition/webhook_secret".formatted(made.id()));

        person.post(path, Map.of("value", "whsec_second"));
        int same = send(made, RunningHost.SECRET);
        person.post(path, Map.of("value", "whsec_third"));

        assertThat(same).isEqualTo(202);
        assertThat(List.of(send(made, RunningHost.SECRET), send(made, "whsec_second"), send(made, "whsec_third")))
                .containsExactly(401, 401, 202);
    }

    @Test
    void without_grace_the_old_one_ends_at_once() {
        Person person = Person.loggedIn(host, "atonce@example.com");
        Made made = person.integrate(CHARGE);

        Answer rotated = rotate(person, made, Map.of("secret", "whsec_new", "grace_seconds", "0"));

        assertThat(rotated.json().text("message").orElseThrow()).endsWith("is not accepted any more.");
        assertThat(List.of(send(made, RunningHost.SECRET), send(made, "whsec_new")))
                .containsExactly(401, 202);
    }

    @Test
    void a_secret_is_asked_for_and_what_cannot_be_is_refused_with_its_reason() {
        Person person = Person.loggedIn(host, "refused@example.com");
        Made made = person.integrate(CHARGE);

        Answer asked = rotate(person, made, Map.of());
        Answer equal = person.reply(asked, RunningHost.SECRET + "\n");
        Answer wrong = rotate(person, made, Map.of("secret", "not one"));
        Answer past = rotate(person, made, Map.of("secret", "whsec_new", "until", "2020-01-01"));
        Answer late = rotate(person, made, Map.of("secret", "whsec_new", "until", "2999-01-01"));
        Answer unknown = rotate(person, made, Map.of("secret", "whsec_new", "setting", "backfill_key"));

        assertThat(asked.status()).isEqualTo(422);
        assertThat(Person.step(asked).isTrue("prompt_is_secret")).isTrue();
        assertThat(message(equal)).contains("This is the webhook_secret that there is");
        assertThat(message(wrong)).contains("whsec_");
        assertThat(message(past)).contains("which is over");
        assertThat(message(late)).contains("up to 30 days");
        assertThat(message(unknown)).contains("no secret 'backfill_key' that verifies webhooks");
        assertThat(send(made, RunningHost.SECRET)).isEqualTo(202);
    }

    @Test
    void who_may_only_read_may_not() {
        Person person = Person.loggedIn(host, "reading@example.com");
        Made made = person.integrate(CHARGE);
        Person viewer = Person.loggedIn(host, "viewer@example.com");
        person.admit(viewer, "viewer");
        Person reading = Person.withToken(host, viewer.token(), person);

        assertThat(rotate(reading, made, Map.of("secret", "whsec_new")).status())
                .isEqualTo(403);
    }

    private static Answer rotate(Person person, Made made, Map<String, String> body) {
        return person.post(person.own("/service_integrations/%s/rotate_secret".formatted(made.id())), body);
    }

    private static int send(Made made, String secret) {
        return send(host, made, secret);
    }

    private static int send(RunningHost host, Made made, String secret) {
        return host.send(made.id(), CHARGED, secret).status();
    }

    private static String info(Person person, Made made, String reveal) {
        return person.post(
                        person.own("/service_integrations/%s/info".formatted(made.id())),
                        Map.of("field", "", "reveal", reveal))
                .json()
                .toString();
    }

    private static String message(Answer refused) {
        assertThat(refused.status()).isEqualTo(400);
        return refused.json().text("error", "message").orElseThrow();
    }
}
