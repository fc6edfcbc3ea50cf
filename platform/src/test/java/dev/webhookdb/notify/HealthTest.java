package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The breaker's steps, the way to being disabled, and the timetable, by the clock. */
class HealthTest {
    private static final Duration WAY = Duration.ofDays(5);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void five_failures_in_a_row_open_the_breaker_and_a_success_in_between_begins_anew() {
        Health health = Health.WELL;
        for (int i = 0; i < 4; i++) {
            health = down(health, NOW);
        }
        assertThat(health.isOpen()).isFalse();
        assertThat(down(health, NOW).heldUntil()).contains(NOW.plusSeconds(30));
        Health again = down(health.succeeded(NOW), NOW);
        assertThat(again.isOpen()).isFalse();
        assertThat(again.failures()).isEqualTo(1);
    }

    @Test
    void each_hold_is_twice_as_long_as_the_one_before_and_none_longer_than_fifteen_minutes() {
        Health health = open(NOW);
        Instant now = NOW;
        for (long seconds : new long[] {30, 60, 120, 240, 480, 900, 900, 900}) {
            assertThat(health.heldUntil()).contains(now.plusSeconds(seconds));
            now = health.heldUntil().orElseThrow();
            health = down(health, now);
        }
    }

    @Test
    void what_was_under_way_when_it_opened_does_not_hold_it_longer() {
        Health health = open(NOW);

        assertThat(down(health, NOW.plusSeconds(14)).heldUntil()).isEqualTo(health.heldUntil());
        assertThat(down(health, NOW.plusSeconds(14)).holds()).isEqualTo(1);
    }

    @Test
    void a_success_closes_it_and_so_does_an_endpoint_that_is_there_and_refuses() {
        Health health = open(NOW);

        Health good = health.succeeded(NOW.plusSeconds(31));
        assertThat(good.isOpen()).isFalse();
        assertThat(good.heldUntil()).isEmpty();
        assertThat(good.failingSince()).isEmpty();
        Health refusing = health.failed(false, Optional.empty(), "400", "evt_1", NOW.plusSeconds(31));
        assertThat(refusing.isOpen()).isFalse();
        assertThat(refusing.failingSince()).as("it fails all the same").contains(NOW);
    }

    @Test
    void an_endpoint_that_says_for_how_long_is_held_for_so_long_at_most_fifteen_minutes() {
        Health health = open(NOW);
        Instant then = NOW.plusSeconds(31);

        assertThat(health.failed(true, Optional.of(Duration.ofMinutes(5)), "503", "evt_1", then)
                        .heldUntil())
                .contains(then.plusSeconds(300));
        assertThat(health.failed(true, Optional.of(Duration.ofHours(5)), "503", "evt_1", then)
                        .heldUntil())
                .contains(then.plusSeconds(60));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "59, 0", "60, 50", "83, 50", "84, 70", "107, 70", "108, 90", "119, 90", "120, 100", "500, 100"})
    void whoever_owns_it_is_told_at_50_70_and_90_percent_of_the_way_and_at_its_end(int hours, int percent) {
        Health health = down(Health.WELL, NOW);
        for (int hour = 0; hour <= hours; hour++) {
            health = down(health, NOW.plus(Duration.ofHours(hour))).warned(WAY, NOW.plus(Duration.ofHours(hour)));
        }

        assertThat(health.warned()).isEqualTo(percent);
        assertThat(health.isAtItsEnd()).isEqualTo(percent == 100);
    }

    @Test
    void nobody_is_disabled_who_was_not_told_before_however_seldom_something_is_sent() {
        Health health = down(Health.WELL, NOW);
        Instant late = NOW.plus(Duration.ofDays(30));

        Health warned = down(health, late).warned(WAY, late);
        assertThat(warned.warned()).isEqualTo(90);
        assertThat(warned.warned(WAY, late.plus(Duration.ofHours(11))).isAtItsEnd())
                .isFalse();
        assertThat(warned.warned(WAY, late.plus(Duration.ofHours(12))).isAtItsEnd())
                .isTrue();
    }

    @Test
    void a_success_is_noted_every_ten_seconds_of_an_endpoint_that_is_well() {
        Health health = Health.WELL.succeeded(NOW);

        assertThat(health.succeeded(NOW.plusSeconds(9))).isSameAs(health);
        assertThat(health.succeeded(NOW.plusSeconds(11)).lastSuccessAt()).contains(NOW.plusSeconds(11));
    }

    @ParameterizedTest
    @CsvSource({"1, PT1M", "2, PT5M", "3, PT30M", "4, PT1H", "5, PT6H"})
    void the_pauses_are_the_documented_ones_give_or_take_a_tenth(int attempt, Duration pause) {
        for (int i = 0; i < 200; i++) {
            assertThat(Timetable.after(attempt, false, Optional.empty()).orElseThrow())
                    .isBetween(
                            pause.multipliedBy(9).dividedBy(10),
                            pause.multipliedBy(11).dividedBy(10));
            assertThat(Timetable.after(attempt, true, Optional.empty()).orElseThrow())
                    .isBetween(
                            pause.multipliedBy(9).dividedBy(10),
                            pause.multipliedBy(11).dividedBy(10));
        }
    }

    @Test
    void the_sixth_attempt_is_the_last_but_for_the_patient_who_try_for_75_hours_at_most() {
        assertThat(Timetable.after(6, false, Optional.empty())).isEmpty();
        assertThat(Timetable.after(6, false, Optional.of(Duration.ofSeconds(1))))
                .isEmpty();
        for (int run = 0; run < 200; run++) {
            Duration sum = Duration.ZERO;
            int attempt = 1;
            for (Optional<Duration> pause = Timetable.after(attempt, true, Optional.empty());
                    pause.isPresent();
                    pause = Timetable.after(++attempt, true, Optional.empty())) {
                sum = sum.plus(pause.get());
            }
            assertThat(attempt).isEqualTo(9);
            assertThat(sum).isBetween(Duration.ofHours(60), Duration.ofHours(75));
        }
    }

    @Test
    void a_wish_is_obeyed_to_the_letter_up_to_a_day() {
        assertThat(Timetable.after(3, false, Optional.of(Duration.ofSeconds(2))))
                .contains(Duration.ofSeconds(2));
        assertThat(Timetable.after(3, false, Optional.of(Duration.ofDays(9)))).contains(Duration.ofDays(1));
    }

    private static Health open(Instant now) {
        Health health = Health.WELL;
        for (int i = 0; i < 5; i++) {
            health = down(health, now);
        }
        return health;
    }

    private static Health down(Health health, Instant now) {
        return health.failed(true, Optional.empty(), "It is down.", "evt_1", now);
    }
}
