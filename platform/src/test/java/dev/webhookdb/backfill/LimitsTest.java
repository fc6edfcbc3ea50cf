package dev.webhookdb.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.outbound.Pace;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.RateLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests with one credential are counted together, whoever sends them. */
class LimitsTest {
    private static final Optional<RateLimit> FIFTY = Optional.of(RateLimit.of(50, Duration.ofSeconds(1)));
    private static final Duration LONG = Duration.ofMinutes(1);

    private static PlatformDatabase platform;

    @BeforeAll
    static void start() {
        platform = TestPostgres.platform();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void two_hosts_together_do_not_exceed_what_a_credential_may() throws Exception {
        List<Pace> hosts = List.of(
                new Limits(platform.database()).pace("shared", FIFTY, LONG),
                new Limits(platform.database()).pace("shared", FIFTY, LONG));
        var sent = new ConcurrentLinkedQueue<Long>();

        List<Callable<Boolean>> work = IntStream.range(0, 8)
                .<Callable<Boolean>>mapToObj(thread -> () -> {
                    for (int i = 0; i < 10; i++) {
                        hosts.get(thread % 2).await();
                        sent.add(System.nanoTime());
                    }
                    return true;
                })
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
        }

        List<Long> times = new ArrayList<>(sent);
        times.sort(null);
        assertThat(times).hasSize(80);
        Duration took = Duration.ofNanos(times.getLast() - times.getFirst());
        assertThat(took)
                .as("80 turns at 50 a second, less what a late thread makes up for")
                .isGreaterThan(Duration.ofMillis(1_100));
    }

    @Test
    void other_credentials_do_not_wait() throws Exception {
        Limits limits = new Limits(platform.database());
        limits.pace("slow", Optional.of(RateLimit.of(1, Duration.ofHours(1))), LONG)
                .await();
        Pace other = limits.pace("other", FIFTY, Duration.ofSeconds(1));

        other.await();
        other.await();

        long counted = platform.database()
                .transaction(session -> session.sql(
                                "select count(*) as n from rate_limit where credential in ('slow', 'other')")
                        .one(row -> row.number("n")));
        assertThat(counted).isEqualTo(2);
    }

    @Test
    void who_would_have_to_wait_too_long_is_told_so() throws Exception {
        Limits limits = new Limits(platform.database());
        Pace pace = limits.pace("hourly", Optional.of(RateLimit.of(1, Duration.ofHours(1))), Duration.ofSeconds(2));
        pace.await();

        assertThatThrownBy(pace::await)
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        e -> assertThat(e.reason()).isEqualTo(ConnectorException.Reason.TRANSIENT))
                .hasMessageContaining("rate limit");
    }

    @Test
    void a_pause_that_one_host_is_asked_for_holds_for_the_other() {
        Limits first = new Limits(platform.database());
        Limits second = new Limits(platform.database());
        first.pace("paused", Optional.empty(), LONG).pause(Duration.ofMinutes(5));

        assertThatThrownBy(() -> second.pace("paused", Optional.empty(), Duration.ofSeconds(1))
                        .await())
                .isInstanceOf(ConnectorException.class);
        assertThatThrownBy(() ->
                        second.pace("paused", FIFTY, Duration.ofSeconds(1)).await())
                .isInstanceOf(ConnectorException.class);
    }

    @Test
    void without_a_limit_nobody_waits() throws Exception {
        Pace pace = new Limits(platform.database()).pace("free", Optional.empty(), Duration.ofMillis(1));

        for (int i = 0; i < 1_000; i++) {
            pace.await();
        }

        boolean free = platform.database()
                .transaction(session -> session.sql(
                                "select next_at <= clock_timestamp() as free from rate_limit where credential = 'free'")
                        .one(row -> row.flag("free")));
        assertThat(free).isTrue();
    }
}
