package dev.webhookdb.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints figures as they come, one {@code name=value} a line, and a table at the end. */
final class Report {
    private final List<String> table = new ArrayList<>();

    /** Prints a figure that has no bar. */
    void figure(String name, double value) {
        System.out.printf(Locale.ROOT, "%s=%s%n", name, text(value));
    }

    /** Prints a figure that must not be smaller than its bar. */
    void atLeast(String name, double value, double bar) {
        bar(name, value, "at least", bar, value >= bar);
    }

    /** Prints a figure that must not be greater than its bar. */
    void atMost(String name, double value, double bar) {
        bar(name, value, "at most", bar, value <= bar);
    }

    private void bar(String name, double value, String relation, double bar, boolean met) {
        figure(name, value);
        table.add("| %-50s | %10s | %-8s %8s | %-6s |"
                .formatted(name, text(value), relation, text(bar), met ? "met" : "missed"));
    }

    /** Prints the table of figures that have bars. */
    void table() {
        System.out.println();
        System.out.println("| %-50s | %10s | %-17s | %-6s |".formatted("line", "value", "bar", ""));
        System.out.println(
                "| %s | %s | %s | %s |".formatted("-".repeat(50), "-".repeat(10), "-".repeat(17), "-".repeat(6)));
        table.forEach(System.out::println);
    }

    private static String text(double value) {
        return value >= 100 ? String.format(Locale.ROOT, "%.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }
}
