package dev.webhookdb.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Shows how far something is: on a terminal in one line that is written again and again, and without one in a line every ten seconds. What
 * it waits for is told once, whole, in a line of its own.
 */
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final int NARROWEST = 10;
    private static final int FRAME = "[] 100 %  ".length();
    private static final int LONGEST_LINE = 110;
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final String CLEARED = "\r\u001B[2K";

    private final Environment environment;
    private final int columns;
    private boolean begun;
    private Instant nextLine;
    private String told = "";

    ProgressBar(Environment environment) {
        this.environment = environment;
        this.nextLine = environment.clock().instant().plus(BETWEEN_LINES);
        this.columns = Math.min(LONGEST_LINE, environment.screen().columns().getAsInt());
    }

    /**
     * How far it is.
     *
     * @param expected how much it will be in all; 0 if nobody knows
     * @param counts what is counted, by its unit
     * @param end when it is expected to end; empty if nobody knows
     * @param note what it waits for; empty if it does not
     */
    record Progress(long done, long expected, Map<String, String> counts, String end, String note) {}

    void show(Progress progress) {
        if (environment.input().isPerson()) {
            rewrite(progress);
        } else if (!environment.clock().instant().isBefore(nextLine)) {
            nextLine = environment.clock().instant().plus(BETWEEN_LINES);
            environment.tell(line(progress, LONGEST_LINE));
        }
        if (!progress.note().isEmpty() && !progress.note().equals(told)) {
            told = progress.note();
            environment.err().print(begun ? CLEARED : "");
            environment.tell(told);
        }
    }

    private void rewrite(Progress progress) {
        String line = line(progress, columns);
        String shown = line.length() > columns ? line.substring(0, columns - 3) + "..." : line;
        environment.err().print(CLEARED + Text.printable(shown));
        environment.err().flush();
        begun = true;
    }

    /** Leaves the last line as it is. */
    void end() {
        if (begun) {
            environment.err().println();
            environment.err().flush();
        }
    }

    /** The bar takes what the text leaves it. */
    private static String line(Progress progress, int columns) {
        String counts = progress.counts().entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
        String end = progress.end().isEmpty() ? "" : ", until " + progress.end();
        String text = counts + end;
        return bar(progress, Math.clamp(columns - text.length() - FRAME, NARROWEST, WIDTH)) + text;
    }

    private static String bar(Progress progress, int width) {
        if (progress.expected() <= 0) {
            return "";
        }
        long share = Math.clamp(progress.done() * 100 / progress.expected(), 0, 100);
        int filled = (int) (share * width / 100);
        return "[%s%s] %3d %%  ".formatted("#".repeat(filled), ".".repeat(width - filled), share);
    }
}
