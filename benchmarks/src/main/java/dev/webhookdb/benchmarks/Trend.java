package dev.webhookdb.benchmarks;

import java.util.Arrays;

/**
 * Whether something rises: the line of least squares through values, and how probable a slope as large as that would be if nothing rose
 * and the values differed from the line independently of each other and normally distributed (Student's t).
 *
 * @param slope of the line
 * @param probability from 0 to 1
 */
record Trend(double slope, double probability) {
    private static final double SIGNIFICANT = 0.01;

    /**
     * Fits a line.
     *
     * @param x at least three values, not all the same
     * @param y as many
     */
    static Trend of(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double squares = 0;
        double products = 0;
        for (int i = 0; i < x.length; i++) {
            squares += (x[i] - meanX) * (x[i] - meanX);
            products += (x[i] - meanX) * (y[i] - meanY);
        }
        double slope = products / squares;
        double residuals = 0;
        for (int i = 0; i < x.length; i++) {
            double residual = y[i] - meanY - slope * (x[i] - meanX);
            residuals += residual * residual;
        }
        // what never changes has no slope but that of its mean's last digit
        if (Arrays.stream(y).distinct().count() == 1) {
            return new Trend(0, 1);
        }
        int freedom = x.length - 2;
        return new Trend(slope, above(slope / Math.sqrt(residuals / freedom / squares), freedom));
    }

    /** Says whether the slope is positive, and too large to be chance: one of a hundred that do not rise seems to. */
    boolean rises() {
        return slope > 0 && probability < SIGNIFICANT;
    }

    /**
     * Returns how probable it is that Student's t is greater than a value: the finite series for whole degrees of freedom, Abramowitz and
     * Stegun 26.7.3 and 26.7.4.
     */
    static double above(double t, int freedom) {
        double angle = Math.atan(t / Math.sqrt(freedom));
        double square = Math.cos(angle) * Math.cos(angle);
        boolean even = freedom % 2 == 0;
        double term = even ? 1 : Math.cos(angle);
        double sum = freedom == 1 ? 0 : term;
        for (int k = even ? 2 : 3; k <= freedom - 2; k += 2) {
            term *= square * (k - 1) / k;
            sum += term;
        }
        double within = Math.sin(angle) * sum;
        return (1 - (even ? within : (angle + within) * 2 / Math.PI)) / 2;
    }
}
