package dev.webhookdb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static final int SAMPLES = 24;
    private static final int SERIES = 1_000;

    @Test
    void a_line_is_put_through_known_numbers() {
        Trend trend = Trend.of(new double[] {1, 2, 3, 4, 5}, new double[] {2, 4, 5, 4, 5});

        // residuals -0.8, 0.6, 1, -0.6, -0.2: t = 0.6 / sqrt(2.4 / 3 / 10) = 2.1213 with three degrees of freedom
        assertThat(trend.slope()).isCloseTo(0.6, within(1e-12));
        assertThat(trend.probability()).isCloseTo(0.0620, within(0.0001));
        assertThat(trend.rises()).isFalse();
    }

    @Test
    void the_distribution_is_that_of_printed_tables() {
        assertThat(Trend.above(31.821, 1)).isCloseTo(0.01, within(1e-5));
        assertThat(Trend.above(6.965, 2)).isCloseTo(0.01, within(1e-5));
        assertThat(Trend.above(3.365, 5)).isCloseTo(0.01, within(1e-5));
        assertThat(Trend.above(2.764, 10)).isCloseTo(0.01, within(1e-5));
        assertThat(Trend.above(2.518, 21)).isCloseTo(0.01, within(1e-5));
        assertThat(Trend.above(1.321, 22)).isCloseTo(0.10, within(1e-4));
        assertThat(Trend.above(-2.764, 10)).isCloseTo(0.99, within(1e-5));
        assertThat(Trend.above(0, 7)).isEqualTo(0.5);
    }

    @Test
    void noise_that_does_not_rise_seems_to_in_one_of_a_hundred() {
        assertThat(rising(sample -> 0)).isBetween(2L, 22L);
    }

    @Test
    void noise_that_falls_does_not_rise() {
        assertThat(rising(sample -> -0.1 * sample)).isZero();
    }

    @Test
    void a_slow_rise_is_found_in_noise() {
        // over all samples together less than five times the noise's standard deviation
        assertThat(rising(sample -> 0.2 * sample)).isGreaterThan(990);
    }

    @Test
    void what_rises_faster_and_faster_rises() {
        assertThat(of(sample -> 0.001 * sample * sample).rises()).isTrue();
    }

    @Test
    void what_is_always_the_same_does_not_rise() {
        assertThat(of(sample -> 20.1)).isEqualTo(new Trend(0, 1));
    }

    @Test
    void a_line_without_noise_rises_or_falls() {
        assertThat(of(sample -> sample).rises()).isTrue();
        assertThat(of(sample -> -sample).rises()).isFalse();
    }

    /** Returns in how many of a thousand series something rises, with noise of the standard deviation 1. */
    private static long rising(IntToDoubleFunction value) {
        var random = new Random(42);
        return IntStream.range(0, SERIES)
                .mapToObj(series -> of(sample -> value.applyAsDouble(sample) + random.nextGaussian()))
                .filter(Trend::rises)
                .count();
    }

    private static Trend of(IntToDoubleFunction value) {
        double[] hours = new double[SAMPLES];
        Arrays.setAll(hours, sample -> sample / 60.0);
        double[] values = new double[SAMPLES];
        Arrays.setAll(values, value);
        return Trend.of(hours, values);
    }
}
