package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A statement that nobody waits for any more is ended by whoever runs it, on whatever host, and by nobody else. */
class CancelledStatementsTest {
    private static final String KEY = "0123456789abcdef";
    private static final Duration SOON = Duration.ofSeconds(2);

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static RunningHost other;
    private static Person person;

    @BeforeAll
    static void start() {
        ServerAddress address = TestPostgres.freshAddress();
        host = RunningHost.start(directory, address, Map.of());
        other = RunningHost.start(directory, address, Map.of());
        person = Person.loggedIn(host, "impatient@example.com");
    }

    @AfterAll
    static void stop() {
        other.close();
        host.close();
    }

    @Test
    void another_host_ends_it_within_two_seconds() {
        CompletableFuture<Answer> statement = sleep(person, KEY);
        awaitRunning();

        Answer cancelled = cancel(Person.withToken(other, person.token(), person), KEY);

        await().atMost(SOON).until(() -> !isRunning());
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.json().isTrue("cancelled")).isTrue();
        assertThat(statement.join().status()).isEqualTo(403);
        assertThat(statement.join().json().text("error", "message")).contains("The statement was cancelled.");
        assertThat(person.cells("select current_setting('application_name')")).doesNotContain("statement");
    }

    @Test
    void a_saved_query_ends_likewise() {
        String id = person.post(
                        person.own("/saved_queries/create"),
                        Map.of("description", "Sleeps.", "sql", "select pg_sleep(30 * random())", "public", "false"))
                .json()
                .text("id")
                .orElseThrow();
        CompletableFuture<Answer> statement = CompletableFuture.supplyAsync(
                () -> person.get(person.own("/saved_queries/" + id + "/run?key=" + KEY)),
                task -> Thread.ofVirtual().start(task));
        awaitRunning();

        Answer cancelled = cancel(Person.withToken(other, person.token(), person), KEY);

        await().atMost(SOON).until(() -> !isRunning());
        assertThat(cancelled.json().isTrue("cancelled")).isTrue();
        assertThat(statement.join().json().text("error", "message")).contains("The statement was cancelled.");
    }

    @Test
    void one_that_has_ended_is_no_error() {
        Answer nothing = cancel(person, "a key of nothing at all");

        assertThat(nothing.status()).isEqualTo(200);
        assertThat(nothing.json().isTrue("cancelled")).isFalse();
        assertThat(nothing.json().text("message")).contains("Nothing runs under this key any more.");
    }

    @Test
    void nobody_else_ends_it_with_the_same_key() {
        Person colleague = Person.loggedIn(host, "colleague@example.com");
        person.admit(colleague, "member");
        Person stranger = Person.loggedIn(host, "stranger@example.com");
        CompletableFuture<Answer> statement = sleep(person, KEY);
        awaitRunning();

        assertThat(colleague
                        .post(person.database("/sql/cancel"), Map.of("key", KEY))
                        .json()
                        .text("message"))
                .contains("Nothing runs under this key any more.");
        assertThat(stranger.post(person.database("/sql/cancel"), Map.of("key", KEY))
                        .status())
                .isEqualTo(403);
        assertThat(isRunning()).isTrue();
        assertThat(statement).isNotDone();

        cancel(person, KEY);
        statement.join();
    }

    @Test
    void a_key_that_could_be_guessed_is_refused() {
        assertThat(cancel(person, "short").status()).isEqualTo(400);
        assertThat(person.post(person.database("/sql"), Map.of("query", "select 1", "key", "short"))
                        .json()
                        .text("error", "message")
                        .orElseThrow())
                .contains("from 16 to 100 characters");
    }

    private static CompletableFuture<Answer> sleep(Person whose, String key) {
        return CompletableFuture.supplyAsync(
                () -> whose.post(whose.database("/sql"), Map.of("query", "select pg_sleep(30)", "key", key)),
                task -> Thread.ofVirtual().start(task));
    }

    private static Answer cancel(Person whose, String key) {
        return whose.post(whose.database("/sql/cancel"), Map.of("key", key));
    }

    private static void awaitRunning() {
        await().until(CancelledStatementsTest::isRunning);
    }

    private static boolean isRunning() {
        return !person.cells("""
                        select pid from pg_stat_activity
                        where state = 'active' and query like 'select pg_sleep%' and pid <> pg_backend_pid()""").equals("[]");
    }
}
