package dev.webhookdb.benchmarks;

import java.util.Arrays;

/** What is told of many measurements. */
final class Statistics {
    private Statistics() {}

    /**
     * Returns a quantile in milliseconds.
     *
     * @param sorted microseconds, ascending
     * @param quantile from 0 to 1
     */
    static double quantile(long[] sorted, double quantile) {
        return (double) sorted[(int) (quantile * (sorted.length - 1))] / 1_000;
    }

    /** Returns the value in the middle. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
