package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.ledger.Auditor;
import dev.webhookdb.platform.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code ingest.journal: on}, webhooks are taken while the platform's database is away. */
class JournalWhileAwayTest {
    private static final long NOW = 1_800_000_000L;

    /** Two seconds for the answer, and what a busy machine of two cores adds. */
    private static final Duration QUICKLY = Duration.ofMillis(2_500);

    private static final Duration RECOVERY = Duration.ofSeconds(20);
    private static final Duration STORED = Duration.ofMinutes(1);
    private static final int SENDERS = 20;
    private static final Map<String, String> ON =
            Map.of("WEBHOOKDB_INGEST_JOURNAL", "on", "WEBHOOKDB_INGEST_JOURNAL_MAX", "2 MiB");

    @TempDir
    private static Path directory;

    private static Relay relay;
    private static RunningHost host;

    @BeforeAll
    static void start() {
        relay = Relay.to(TestPostgres.platformAddress());
        host = RunningHost.start(directory, relay.address(), ON);
    }

    @AfterAll
    static void stop() {
        host.close();
        relay.close();
    }

    @AfterEach
    void restore() {
        relay.restore();
        eventually(() -> assertThat(readiness().json().text("database")).contains("available"));
        eventually(() -> assertThat(segments(directory)).isEmpty());
    }

    @Test
    void a_thousand_webhooks_are_taken_while_the_database_is_gone_and_become_exactly_these_rows() throws Exception {
        Made charges = integrated("gone");
        relay.cut();

        List<Timed> answers = send(charges, 1_000);

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.took()).isLessThan(QUICKLY);
        });
        assertThat(readiness().status()).isEqualTo(200);
        assertThat(readiness().json().text("database")).contains("away");
        relay.restore();
        awaitRows("gone", charges, 1_001);
        assertThat(logged(charges)).isEqualTo("1001");
        assertThat(lost()).isEmpty();
    }

    @Test
    void webhooks_are_taken_while_the_database_is_silent() throws Exception {
        Made charges = integrated("silent");
        relay.freeze();

        List<Timed> answers = send(charges, 100);

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.took()).isLessThan(QUICKLY);
        });
        relay.restore();
        // what was waited for in vain may be in the log twice; the rows are the same
        awaitRows("silent", charges, 101);
        assertThat(lost()).isEmpty();
    }

    @Test
    void signatures_are_checked_while_the_database_is_away_and_what_is_rejected_is_logged_later() {
        Made charges = integrated("checked");
        relay.cut();

        Answer forged = host.send(charges.id(), body("ch_forged").getBytes(StandardCharsets.UTF_8), "whsec_wrong");
        Answer unknown = host.send("svi_nobodyknows", body("ch_unknown"));

        assertThat(forged.status()).isEqualTo(401);
        assertThat(unknown.status()).isEqualTo(503);
        relay.restore();
        eventually(() -> assertThat(
                        host.platform("select reason is not null from webhook where verdict = 1 and endpoint_id = "
                                + endpoint(charges)))
                .containsExactly("t"));
    }

    @Test
    void a_full_journal_refuses_until_it_is_read() {
        Made charges = integrated("full");
        relay.cut();
        String much = " ".repeat(500_000);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            statuses.add(host.send(charges.id(), body("ch_full" + i) + much).status());
        }

        assertThat(statuses).containsExactly(202, 202, 202, 202, 503, 503);
        assertThat(readiness().status()).isEqualTo(503);
        relay.restore();
        eventually(() ->
                assertThat(host.send(charges.id(), body("ch_after")).status()).isEqualTo(202));
        awaitRows("full", charges, 6);
    }

    @Test
    void without_the_journal_webhooks_are_refused_and_there_are_no_files(@TempDir Path other) {
        try (Relay relayed = Relay.to(TestPostgres.platformAddress());
                RunningHost off = RunningHost.start(other, relayed.address(), Map.of())) {
            Made charges = off.integrate("off", "stripe_charge_v1").getFirst();
            relayed.cut();

            assertThat(off.send(charges.id(), body("ch_off")).status()).isEqualTo(503);
            assertThat(other.resolve("data/journal")).doesNotExist();
        }
    }

    @Test
    void a_restarted_host_goes_on_with_what_was_left() {
        Made charges = integrated("restarted");
        relay.cut();
        assertThat(host.send(charges.id(), body("ch_left")).status()).isEqualTo(202);
        host.stop();
        assertThat(segments(directory)).hasSize(1);
        relay.restore();

        host.start();

        awaitRows("restarted", charges, 2);
    }

    @Test
    void a_journal_of_a_host_that_does_not_come_back_is_handed_to_another(@TempDir Path first, @TempDir Path second)
            throws IOException {
        try (Relay relayed = Relay.to(TestPostgres.platformAddress())) {
            RunningHost gone = RunningHost.start(first, relayed.address(), ON);
            Made charges = gone.integrate("handed", "stripe_charge_v1").getFirst();
            assertThat(gone.send(charges.id(), body("ch_before")).status()).isEqualTo(202);
            // endpoints are read every ten seconds, or when one changes through this host
            relayed.cut();
            for (int i = 0; i < 20; i++) {
                int number = i;
                eventually(() -> assertThat(
                                gone.send(charges.id(), body("ch_" + number)).status())
                        .isEqualTo(202));
            }
            gone.stop();
            relayed.restore();
            Path key = Path.of("data/encryption-key.json");
            Files.createDirectories(second.resolve("data"));
            Files.copy(first.resolve(key), second.resolve(key));
            try (RunningHost other = RunningHost.start(second, relayed.address(), ON)) {
                for (Path segment : segments(first)) {
                    Path copy = second.resolve("data/journal")
                            .resolve(segment.getParent().getFileName());
                    Files.createDirectories(copy);
                    Files.copy(segment, copy.resolve(segment.getFileName()));
                }

                await().atMost(STORED)
                        .untilAsserted(() -> assertThat(other.sql("handed", "select count(*) from " + charges.table()))
                                .containsExactly("21"));
                await().atMost(RECOVERY)
                        .untilAsserted(() -> assertThat(segments(second)).isEmpty());
            }
        }
    }

    private record Timed(int status, Duration took) {}

    private static Made integrated(String organization) {
        Made charges = host.integrate(organization, "stripe_charge_v1").getFirst();
        assertThat(host.send(charges.id(), body("ch_before")).status()).isEqualTo(202);
        return charges;
    }

    private static List<Timed> send(Made charges, int count) throws Exception {
        try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
            List<Callable<Timed>> calls = IntStream.range(0, count)
                    .<Callable<Timed>>mapToObj(number -> () -> timed(charges, "ch_" + number))
                    .toList();
            List<Timed> answers = new ArrayList<>();
            for (Future<Timed> answer : senders.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private static Timed timed(Made charges, String id) {
        long start = System.nanoTime();
        int status = host.send(charges.id(), body(id)).status();
        return new Timed(status, Duration.ofNanos(System.nanoTime() - start));
    }

    private static String body(String id) {
        return StripeEvents.charge(id, "succeeded", NOW, "evt_" + id);
    }

    private static Answer readiness() {
        return host.call("GET", "/readyz", new byte[0], Map.of());
    }

    private static void awaitRows(String organization, Made charges, int count) {
        await().atMost(STORED)
                .ignoreException(NoSuchElementException.class)
                .untilAsserted(() -> assertThat(host.sql(organization, "select count(*) from " + charges.table()))
                        .containsExactly(Integer.toString(count)));
    }

    private static String endpoint(Made charges) {
        return "(select endpoint_id from integration where opaque_id = '%s')".formatted(charges.id());
    }

    private static String logged(Made charges) {
        return host.platform("select count(*) from webhook where endpoint_id = " + endpoint(charges))
                .getFirst();
    }

    private static List<?> lost() {
        try (var database = TestPostgres.open(relay.address())) {
            return Auditor.audit(database);
        }
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(RECOVERY).untilAsserted(assertion);
    }

    private static List<Path> segments(Path host) {
        Path journals = host.resolve("data/journal");
        if (!Files.exists(journals)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(journals)) {
            return files.filter(file -> file.toString().endsWith(".log")).toList();
        } catch (IOException e) {
            // it is being deleted: asked again
            throw new AssertionError(e);
        }
    }
}
