package dev.webhookdb.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the person sees: lines, tables, and a progress bar where the output is a terminal. Thread-safe. */
final class Screen {
    private static final int BAR_WIDTH = 40;
    private static final int PLAIN_STEPS = 4;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private int lastStep = -1;
    private boolean transientLine;

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    synchronized void line(String text) {
        erase();
        out.println(text);
        out.flush();
    }

    /** What is going on; on a terminal the next line replaces it, elsewhere nothing is printed. */
    synchronized void passing(String text) {
        if (terminal) {
            out.print(ERASE_LINE + text);
            out.flush();
            transientLine = true;
        }
    }

    /** A bar on a terminal, otherwise a line for each quarter. */
    synchronized void progress(String what, long done, long all) {
        if (terminal) {
            int filled = (int) (BAR_WIDTH * done / Math.max(1, all));
            passing(String.format(
                    Locale.ROOT,
                    "  [%s%s] %d of %d %s",
                    "#".repeat(filled),
                    " ".repeat(BAR_WIDTH - filled),
                    done,
                    all,
                    what));
            return;
        }
        int step = (int) (PLAIN_STEPS * done / Math.max(1, all));
        if (step != lastStep && step > 0) {
            out.println("  " + done + " of " + all + " " + what);
            out.flush();
        }
        lastStep = step;
    }

    synchronized void table(List<String> headings, List<List<String>> rows) {
        List<List<String>> lines = new ArrayList<>(List.<List<String>>of(headings));
        lines.addAll(rows);
        int[] widths = new int[headings.size()];
        lines.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        });
        erase();
        lines.forEach(line -> out.println("  " + padded(line, widths)));
        out.flush();
    }

    private void erase() {
        if (transientLine) {
            out.print(ERASE_LINE);
            transientLine = false;
        }
    }

    private static String padded(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cells.get(i)).repeat(" ", widths[i] - cells.get(i).length() + 2);
        }
        return line.toString().stripTrailing();
    }
}
