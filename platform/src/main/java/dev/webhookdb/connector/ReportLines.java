package dev.webhookdb.connector;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Lines of a report for a terminal, each with a line feed at its end. */
final class ReportLines {
    private static final String INDENT = " ".repeat(9);

    private ReportLines() {}

    static String ready(Path path, String id, String version, String title) {
        return "READY    %s %s (%s), from %s\n".formatted(id, version, title, path.getFileName());
    }

    static String refused(Path path, String problem, String remedy) {
        return "REFUSED  %s\n".formatted(path.getFileName()) + line("problem", problem) + line("remedy", remedy);
    }

    static String notes(List<String> notes) {
        return notes.stream().map(note -> line("note", note)).collect(Collectors.joining());
    }

    static String line(String label, String text) {
        return "%s%-9s %s\n".formatted(INDENT, label + ":", text);
    }
}
