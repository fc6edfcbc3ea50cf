package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as programs ask for them. */
class PulledEventsTest {
    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static int names;

    private Person person;
    private String begin;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
        host.administerPlatform("create table event_of_the_test partition of event default");
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    /** What happened when the person came is told before the test begins. */
    @BeforeEach
    void logIn() {
        person = Person.loggedIn(host, "puller%d@example.com".formatted(++names));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> host.platform("select count(*) from account_event where organization_id = %s"
                                .formatted(person.organization()))
                        .equals(List.of("0")));
        begin = next(pull(""));
    }

    @Test
    void who_begins_gets_nothing_old_and_then_what_happens_in_order() {
        happens("user.created");
        Json begun = pull("");
        happens("user.updated");
        happens("user.deleted");

        Json first = pull("?limit=1&after=" + next(begun));
        Json second = pull("?limit=1&after=" + next(first));
        Json third = pull("?limit=1&after=" + next(second));

        assertThat(types(begun)).isEmpty();
        assertThat(types(first)).containsExactly("user.updated");
        assertThat(first.at("has_more")).isEqualTo(new Json.Bool(true));
        assertThat(types(second)).containsExactly("user.deleted");
        assertThat(second.at("has_more")).isEqualTo(new Json.Bool(false));
        assertThat(types(third)).isEmpty();
        assertThat(next(third)).isEqualTo(next(second));
    }

    @Test
    void an_event_is_what_was_stored_also_alone() {
        happens("user.created");

        Json pulled = pull("?after=" + begin).items("data").getFirst();

        Answer alone = person.get("/v1/events/" + pulled.text("id").orElseThrow());
        assertThat(JsonWriter.write(pulled)).contains("1.500").contains("größer");
        assertThat(alone.status()).isEqualTo(200);
        assertThat(alone.json()).isEqualTo(pulled);
    }

    @Test
    void only_wanted_types_are_given_and_the_cursor_is_after_all() {
        for (int i = 0; i < 5; i++) {
            happens("user.created");
            happens("team.member.added");
        }

        Json page = pull("?limit=2&types=team.*&after=" + begin);
        List<String> all = new ArrayList<>();
        for (String after = begin; ; ) {
            Json more = pull("?limit=3&types=team.*,project.created&after=" + after);
            all.addAll(types(more));
            after = next(more);
            if (more.at("has_more").equals(new Json.Bool(false))) {
                break;
            }
        }

        assertThat(types(page)).containsExactly("team.member.added");
        assertThat(all).hasSize(5).containsOnly("team.member.added");
    }

    @Test
    void who_waits_gets_what_happens_meanwhile() throws Exception {
        String after = next(pull(""));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long begun = System.nanoTime();
            Future<Json> waiting = threads.submit(() -> pull("?wait=30&types=user.updated&after=" + after));
            happens("user.created");
            happens("user.updated");

            assertThat(types(waiting.get())).containsExactly("user.updated");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
        }
    }

    @Test
    void who_waits_for_nothing_is_answered_in_time() {
        long begun = System.nanoTime();

        Json nothing = pull("?wait=1");

        assertThat(types(nothing)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(15));
    }

    @Test
    void a_cursor_of_what_is_not_kept_any_more_is_told_so() {
        happens("user.created");
        String last = next(pull("?after=" + begin));
        host.administerPlatform("update event_stream set kept_after = %s where organization_id = %s"
                .formatted(last, person.organization()));

        Answer gone = person.get("/v1/events?after=" + begin);

        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.json().text("error", "kept_after")).contains(last);
        assertThat(gone.json().text("error", "message").orElseThrow()).contains("after=" + last);
        assertThat(person.get("/v1/events?after=" + last).status()).isEqualTo(200);
    }

    @Test
    void another_organizations_events_are_not_there() {
        happens("user.created");
        String id = pull("?after=" + begin).items("data").getFirst().text("id").orElseThrow();
        Person stranger = Person.loggedIn(host, "stranger%d@example.com".formatted(++names));

        assertThat(stranger.get("/v1/events/" + id).status()).isEqualTo(404);
        assertThat(stranger.get("/v1/events/evt_1").status()).isEqualTo(404);
        assertThat(types(stranger.get("/v1/events").json())).isEmpty();
        assertThat(stranger.get("/v1/events?organization=" + person.organization())
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after=x",
                "after=-1",
                "after=9999999999999999999",
                "limit=0",
                "limit=x",
                "wait=31",
                "wait=x",
                "types=Nothing"
            })
    void what_cannot_be_is_refused_with_its_name(String parameter) {
        Answer answer = person.get("/v1/events?" + parameter);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("error", "field_errors", parameter.split("=", 2)[0]))
                .isInstanceOf(Json.Arr.class);
    }

    @Test
    void every_type_is_described_with_a_schema() {
        List<Json> types = person.get("/v1/event-types").json().items("data");
        Json charge = person.get("/v1/event-types/stripe_charge_v1.updated").json();

        assertThat(types)
                .extracting(type -> type.text("name").orElseThrow())
                .contains("user.created", "team.member.role_changed", "stripe_charge_v1.deleted");
        assertThat(types).allSatisfy(type -> {
            assertThat(type.text("description")).isPresent();
            assertThat(type.text("group")).isPresent();
            assertThat(type.text("schema", "type")).contains("object");
        });
        assertThat(charge.text("schema", "properties", "service_name", "const")).contains("stripe_charge_v1");
        assertThat(charge.at("schema", "properties", "row", "properties", "amount"))
                .isInstanceOf(Json.Obj.class);
        assertThat(person.get("/v1/event-types?schemas=false")
                        .json()
                        .items("data")
                        .getFirst()
                        .at("schema"))
                .isInstanceOf(Json.Null.class);
        assertThat(person.get("/v1/event-types/nothing").status()).isEqualTo(404);
    }

    @Test
    void the_public_key_is_for_everybody_and_events_are_not() {
        assertThat(anonymously("/.well-known/webhook-signing-keys").status()).isEqualTo(200);
        for (String path :
                List.of("/v1/events", "/v1/events/evt_1", "/v1/event-types", "/v1/event-types/user.created")) {
            assertThat(anonymously(path).status()).as(path).isEqualTo(401);
        }
    }

    private static Answer anonymously(String path) {
        return host.call("GET", path, new byte[0], Map.of());
    }

    private Json pull(String query) {
        Answer answer = person.get("/v1/events" + query);
        assertThat(answer.status()).as(JsonWriter.write(answer.json())).isEqualTo(200);
        return answer.json();
    }

    private static String next(Json page) {
        return page.text("next").orElseThrow();
    }

    private static List<String> types(Json page) {
        return page.items("data").stream()
                .map(event -> event.text("type").orElseThrow())
                .toList();
    }

    /** Writes an event as the dispatcher does, but for its words. */
    private void happens(String type) {
        Instant at = Instant.now().truncatedTo(ChronoUnit.MICROS);
        String id = "evt_" + Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, at), 36) + "0123456789abc";
        host.administerPlatform("""
                with stream as (
                  insert into event_stream (organization_id) values (%1$s)
                  on conflict (organization_id) do update set kept_after = event_stream.kept_after
                )
                insert into event (number, id, organization_id, type, occurred_at, body)
                select nextval('event_number'), '%3$s', %1$s, '%2$s', '%4$s',
                  '{"id":"%3$s","type":"%2$s","data":{"size":1.500,"what":"größer"}}'""".formatted(person.organization(), type, id, at));
    }
}
