package dev.webhookdb.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.retry.Decision.Again;
import dev.webhookdb.retry.Decision.Over;
import dev.webhookdb.retry.Decision.Why;
import dev.webhookdb.retry.Failure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When what failed is tried again, and when it is over. */
class RetryPolicyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Pauses DOUBLING = Pauses.doubling(Duration.ofSeconds(5), Duration.ofMinutes(1));
    private static final Pauses NOTIFICATIONS = new Pauses.Steps(
            List.of(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(6)),
            0);

    private final RandomGenerator random = new Random(1);

    @Test
    void pauses_double_up_to_the_longest_however_many_attempts_there_were() {
        assertThat(IntStream.of(1, 2, 3, 1_000, Integer.MAX_VALUE).mapToObj(attempt -> DOUBLING.after(attempt, random)))
                .containsExactly(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1));
    }

    @Test
    void a_list_of_pauses_ends_with_its_last_one_repeated_until_the_time_is_up() {
        RetryPolicy policy = RetryPolicy.of(NOTIFICATIONS).within(Duration.ofHours(24));

        assertThat(IntStream.of(1, 2, 5, 6, 9)
                        .mapToObj(attempt ->
                                pause(policy.after(Failure.of(Kind.TRANSIENT), attempt, NOW, () -> NOW, random))))
                .containsExactly(
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofHours(6),
                        Duration.ofHours(6),
                        Duration.ofHours(6));
        assertThat(policy.after(Failure.of(Kind.TRANSIENT), 9, NOW.minus(Duration.ofHours(20)), () -> NOW, random))
                .isEqualTo(new Over(Why.TIME));
    }

    @Test
    void a_list_without_pauses_is_refused() {
        assertThatThrownBy(() -> new Pauses.Steps(List.of(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
    }

    @Test
    void those_that_failed_together_come_again_at_different_times() {
        Pauses pauses = new Pauses.Doubling(Duration.ofSeconds(4), Duration.ofHours(1), 0.5);

        Set<Duration> found =
                Stream.generate(() -> pauses.after(2, random)).limit(100).collect(Collectors.toSet());

        assertThat(found)
                .hasSizeGreaterThan(1)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12)));
    }

    @Test
    void what_is_permanent_is_over_at_once() {
        assertThat(decide(RetryPolicy.of(DOUBLING), Failure.of(Kind.PERMANENT), 1))
                .isEqualTo(new Over(Why.PERMANENT));
    }

    @ParameterizedTest
    @EnumSource(names = {"TRANSIENT", "EXHAUSTED", "DEFECT"})
    void everything_else_is_over_after_enough_attempts(Kind kind) {
        RetryPolicy policy = RetryPolicy.of(DOUBLING).attempts(3);

        assertThat(decide(policy, Failure.of(kind), 2))
                .isEqualTo(new Again(NOW.plusSeconds(10), Duration.ofSeconds(10), true));
        assertThat(decide(policy, Failure.of(kind), 3)).isEqualTo(new Over(Why.ATTEMPTS));
    }

    @Test
    void what_is_exhausted_is_waited_for_without_counting_where_that_is_wanted() {
        RetryPolicy policy = RetryPolicy.of(DOUBLING).attempts(3).waitingForWhatIsExhausted();

        assertThat(decide(policy, Failure.of(Kind.EXHAUSTED), 3))
                .isEqualTo(new Again(NOW.plusSeconds(20), Duration.ofSeconds(20), false));
        assertThat(decide(policy, Failure.of(Kind.TRANSIENT), 3)).isEqualTo(new Over(Why.ATTEMPTS));
    }

    @Test
    void whoever_wants_to_be_left_alone_for_a_time_is_unless_that_is_too_long_for_the_caller() {
        RetryPolicy policy = RetryPolicy.of(DOUBLING).leavingAloneForAtMost(Duration.ofMinutes(1));

        assertThat(decide(policy, Failure.exhausted(Duration.ofSeconds(42)), 1))
                .isEqualTo(new Again(NOW.plusSeconds(42), Duration.ofSeconds(42), true));
        assertThat(decide(policy, Failure.exhausted(Duration.ofSeconds(61)), 1)).isEqualTo(new Over(Why.TIME));
    }

    private Decision decide(RetryPolicy policy, Failure failure, int attempt) {
        return policy.after(failure, attempt, NOW, () -> NOW, random);
    }

    private static Duration pause(Decision decision) {
        return ((Again) decision).pause();
    }
}
