package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the server found in directories of JAR files: for people a table that fits a terminal, with the reasons below it of what was
 * refused or is to be known; for programs everything of each in one line.
 */
final class PluginList {
    private static final List<String> HEADINGS = List.of("state", "id", "version");
    private static final List<String> REASONS = List.of("problem", "remedy");

    private final String contents;
    private final List<String> columns;

    private PluginList(String contents, List<String> columns) {
        this.contents = contents;
        this.columns = columns;
    }

    /**
     * Prepares a list.
     *
     * @param contents the member that names what is in a JAR
     * @param more members that only programs get
     */
    static PluginList of(String contents, String... more) {
        List<String> columns = new ArrayList<>(HEADINGS);
        columns.add(contents);
        columns.addAll(List.of(more));
        columns.addAll(List.of("path", "problem", "remedy", "notes"));
        return new PluginList(contents, List.copyOf(columns));
    }

    void print(Json answer, Output output) {
        List<Json> found = answer.items("items");
        if (output.format() != Output.Format.table || found.isEmpty()) {
            output.list(answer, columns);
            return;
        }
        List<String> headings = new ArrayList<>(HEADINGS);
        headings.addAll(List.of(contents, "file"));
        output.table(Output.headings(headings), found.stream().map(this::row).toList());
        found.stream().filter(PluginList::hasReasons).forEach(one -> reasons(one, output));
    }

    private List<String> row(Json one) {
        List<String> names = one.strings(contents);
        return List.of(
                one.text("state"),
                one.text("id"),
                one.text("version"),
                names.size() > 3 ? Integer.toString(names.size()) : String.join(", ", names),
                file(one));
    }

    private static boolean hasReasons(Json one) {
        return Stream.concat(REASONS.stream(), Stream.of("notes"))
                .anyMatch(name -> !one.text(name).isEmpty());
    }

    private static void reasons(Json one, Output output) {
        output.line("");
        output.line(one.text("path"));
        REASONS.stream()
                .filter(name -> !one.text(name).isEmpty())
                .forEach(name -> reason(name, one.text(name), output));
        one.strings("notes").forEach(note -> reason("note", note, output));
    }

    private static void reason(String name, String text, Output output) {
        output.line("  %-9s%s".formatted(name + ":", text));
    }

    private static String file(Json one) {
        String path = one.text("path");
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
