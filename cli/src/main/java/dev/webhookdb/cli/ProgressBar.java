package dev.webhookdb.cli;

import java.util.Map;
import java.util.stream.Collectors;

/** Shows how far something is, in one line of a terminal that is written again and again; without a terminal it shows nothing. */
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final int LONGEST_LINE = 110;

    private final Environment environment;
    private boolean begun;

    ProgressBar(Environment environment) {
        this.environment = environment;
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
        if (!environment.input().isPerson()) {
            return;
        }
        String line = line(progress);
        String shown = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE - 3) + "..." : line;
        environment.err().print("\r\u001B[2K" + shown.replaceAll("\\p{Cntrl}", " "));
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

    static String line(Progress progress) {
        String counts = progress.counts().entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
        String end = progress.end().isEmpty() ? "" : ", until " + progress.end();
        String note = progress.note().isEmpty() ? "" : "; " + progress.note();
        return bar(progress) + counts + end + note;
    }

    private static String bar(Progress progress) {
        if (progress.expected() <= 0) {
            return "";
        }
        long share = Math.clamp(progress.done() * 100 / progress.expected(), 0, 100);
        int filled = (int) (share * WIDTH / 100);
        return "[%s%s] %3d %%  ".formatted("#".repeat(filled), ".".repeat(WIDTH - filled), share);
    }
}
