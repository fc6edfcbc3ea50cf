package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Load.Answer;
import dev.webhookdb.distribution.Server.Charges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Promises P1 and P2 of the design under SIGKILL: what was answered with 202 is in the table in the end, and while PostgreSQL is
 * away the answer is 503.
 *
 * <p>{@code -Dcrash.rounds} says how often each of the two is killed, {@code -Dcrash.seed} repeats the choice of moments.
 */
class CrashIT {
    private static final Duration FIRST_START = Duration.ofSeconds(60);
    private static final Duration TAKE_OVER = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(2);

    /** Deliveries of a dead host become visible to others after 15 s, and the machine may be busy. */
    private static final Duration APPLIED = Duration.ofSeconds(45);

    private static final int ROUNDS = Integer.getInteger("crash.rounds");
    private static final long GIVEN_SEED = Long.getLong("crash.seed");
    private static final long SEED = GIVEN_SEED == 0 ? System.nanoTime() : GIVEN_SEED;
    private static final Random RANDOM = new Random(SEED);

    private static Server server;
    private static Charges charges;

    @BeforeAll
    static void start() {
        System.out.println("Moments are chosen by -Dcrash.seed=" + SEED);
        server = new Server(Map.of());
        server.start(FIRST_START);
        charges = server.createCharges("Crash");
    }

    @AfterAll
    static void end() {
        try {
            assertThat(server.run("doctor").out())
                    .as("the auditor misses nothing, and counted nothing twice")
                    .containsPattern("ok +lost_webhooks ");
        } finally {
            server.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> a_killed_host_loses_nothing() {
        return rounds(load -> {
            server.kill();
            server.start(TAKE_OVER);
        });
    }

    @TestFactory
    Stream<DynamicTest> a_killed_PostgreSQL_loses_nothing() {
        return rounds(load -> server.killPostgres());
    }

    /** The host cannot start its PostgreSQL again while the data are elsewhere. */
    @Test
    void while_PostgreSQL_is_away_the_answer_is_503() throws IOException {
        Path data = server.postgres().data();
        Path elsewhere = data.resolveSibling("elsewhere");
        Load load = Load.on(charges.endpoint());
        try (load) {
            awaitMore(load, 50);
            server.killPostgres();
            Files.move(data, elsewhere);
            try {
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(load.others()).hasSizeGreaterThan(30));
                assertThat(server.status("/readyz")).isEqualTo(503);
                assertThat(server.status("/healthz")).isEqualTo(200);
            } finally {
                Files.move(elsewhere, data);
            }
            server.awaitReady(TAKE_OVER);
            awaitMore(load, 50);
        }
        verify(load);
    }

    private static Stream<DynamicTest> rounds(Crash crash) {
        return IntStream.rangeClosed(1, ROUNDS)
                .mapToObj(round -> DynamicTest.dynamicTest(
                        "round %d of %d, seed %d".formatted(round, ROUNDS, SEED), () -> round(crash)));
    }

    private static void round(Crash crash) {
        Load load = Load.on(charges.endpoint());
        try (load) {
            awaitMore(load, 50 + RANDOM.nextInt(500));
            crash.on(load);
            server.awaitReady(TAKE_OVER);
            awaitMore(load, 50);
        }
        verify(load);
    }

    private static void awaitMore(Load load, int more) {
        int enough = load.count() + more;
        await("webhooks are acknowledged")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> load.count() >= enough);
    }

    private static void verify(Load load) {
        Duration longest = load.others().stream()
                .map(Answer::took)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        long start = System.nanoTime();
        server.awaitIds(charges, load.acknowledged(), APPLIED);
        System.out.printf(
                "%d acknowledged, all in the table after %.1f s; %d refused, the slowest in %d ms%n",
                load.count(), (System.nanoTime() - start) / 1e9, load.others().size(), longest.toMillis());
        assertThat(load.others()).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.retryAfter()).isTrue();
            assertThat(answer.took()).isLessThan(ANSWER);
        });
    }

    /** What ends a process in the middle of a load. */
    private interface Crash {
        void on(Load load);
    }
}
