package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.platform.TestPostgres;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P2: while the platform's database is away, ingest says so quickly, and it recovers by itself. */
class DatabaseAwayTest {
    private static final long NOW = 1_800_000_000L;

    /** Two seconds for the answer, and what a busy machine of two cores adds. */
    private static final Duration QUICKLY = Duration.ofMillis(2_500);

    private static final Duration RECOVERY = Duration.ofSeconds(20);

    /** A batch that the failure found in hand is left to the queue, which hides it for a while. */
    private static final Duration STORED = Duration.ofMinutes(1);

    @TempDir
    private static Path directory;

    private static Relay relay;
    private static RunningHost host;

    @BeforeAll
    static void start() {
        relay = Relay.to(TestPostgres.platformAddress());
        host = RunningHost.start(directory, relay.address(), Map.of());
    }

    @AfterAll
    static void stop() {
        host.close();
        relay.close();
    }

    @AfterEach
    void restore() {
        relay.restore();
        await().atMost(RECOVERY).until(() -> readiness().status() == 200);
    }

    @Test
    void a_database_that_is_gone_means_503_at_once_and_no_loss() {
        Made charges = host.integrate("gone", "stripe_charge_v1").getFirst();
        assertThat(send(charges, "ch_before").status()).isEqualTo(202);

        relay.cut();

        assertUnavailable(charges);
        Answer notReady = readiness();
        assertThat(notReady.status()).isEqualTo(503);
        assertThat(notReady.headers()).containsKey("retry-after");
        relay.restore();
        await().atMost(RECOVERY).until(() -> send(charges, "ch_after").status() == 202);
        awaitRows("gone", charges, "ch_after", "ch_before");
    }

    @Test
    void a_database_that_is_silent_means_503_within_two_seconds() {
        Made charges = host.integrate("silent", "stripe_charge_v1").getFirst();
        assertThat(send(charges, "ch_before").status()).isEqualTo(202);

        relay.freeze();

        assertUnavailable(charges);
        assertUnavailable(charges);
        assertThat(readiness().status()).isEqualTo(503);
        relay.restore();
        await().atMost(RECOVERY).until(() -> send(charges, "ch_after").status() == 202);
        await().atMost(RECOVERY)
                .untilAsserted(() -> assertThat(host.sql("silent", "select stripe_id from " + charges.table()))
                        .contains("ch_after", "ch_before"));
    }

    @Test
    void a_database_that_falls_silent_under_load_keeps_nobody_waiting() throws Exception {
        Made charges = host.integrate("load", "stripe_charge_v1").getFirst();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            together(callers, () -> send(charges, "ch_before"));
            relay.freeze();

            // endpoints that are not remembered have to be looked up
            List<Timed> answers = together(callers, () -> host.send("svi_unknown" + System.nanoTime(), "{}"));

            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.took()).isLessThan(QUICKLY);
            });
        }
    }

    private record Timed(int status, Duration took) {}

    private static List<Timed> together(ExecutorService callers, Callable<Answer> call) throws Exception {
        List<Callable<Timed>> calls = IntStream.range(0, 20)
                .<Callable<Timed>>mapToObj(number -> () -> timed(call))
                .toList();
        List<Timed> answers = new ArrayList<>();
        for (Future<Timed> answer : callers.invokeAll(calls)) {
            answers.add(answer.get());
        }
        return answers;
    }

    private static Timed timed(Callable<Answer> call) throws Exception {
        long start = System.nanoTime();
        Answer answer = call.call();
        return new Timed(answer.status(), Duration.ofNanos(System.nanoTime() - start));
    }

    private static void assertUnavailable(Made charges) {
        long start = System.nanoTime();
        Answer answer = send(charges, "ch_during");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(QUICKLY);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsKey("retry-after");
    }

    private static Answer send(Made charges, String id) {
        return host.send(charges.id(), StripeEvents.charge(id, "succeeded", NOW, "evt_" + id));
    }

    private static Answer readiness() {
        return host.call("GET", "/readyz", new byte[0], Map.of());
    }

    /** The operator's routes have connections of their own, which come back when they come back. */
    private static void awaitRows(String organization, Made charges, String... ids) {
        await().atMost(STORED)
                .ignoreException(NoSuchElementException.class)
                .untilAsserted(() -> assertThat(
                                host.sql(organization, "select stripe_id from " + charges.table() + " order by 1"))
                        .containsExactly(ids));
    }
}
