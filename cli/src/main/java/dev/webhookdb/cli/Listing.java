package dev.webhookdb.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** How a list is printed: for people, for programs, for spreadsheets. */
final class Listing {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "One of ${COMPLETION-CANDIDATES}. Default: table.")
    private Format format;

    enum Format {
        table,
        json,
        csv
    }

    boolean forPeople() {
        return format == Format.table;
    }

    /** Prints the named members of each item; JSON keeps the items whole. */
    void print(Environment environment, List<Json> items, String... columns) {
        switch (format) {
            case table -> printTable(environment, items, List.of(columns));
            case json -> printJson(environment.out(), items);
            case csv -> printCsv(environment.out(), items, List.of(columns));
        }
        environment.out().flush();
    }

    private static void printTable(Environment environment, List<Json> items, List<String> columns) {
        if (items.isEmpty()) {
            environment.tell("Nothing to list.");
            return;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Listing::heading).toList());
        items.forEach(item -> lines.add(
                columns.stream().map(column -> printable(item.text(column))).toList()));
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < columns.size(); column++) {
            int index = column;
            widths.add(lines.stream()
                    .mapToInt(line -> width(line.get(index)))
                    .max()
                    .orElse(0));
        }
        lines.forEach(line -> environment.out().println(padded(line, widths)));
    }

    private static String heading(String column) {
        return column.replace('_', ' ').toUpperCase(Locale.ROOT);
    }

    /** Text of strangers must not steer the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String padded(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(cells.get(i)).repeat(" ", widths.get(i) - width(cells.get(i)) + 2);
        }
        return line.toString().stripTrailing();
    }

    private static void printJson(PrintWriter out, List<Json> items) {
        out.println(items.stream().map(Json::write).collect(Collectors.joining(",\n ", "[", "]")));
    }

    private static void printCsv(PrintWriter out, List<Json> items, List<String> columns) {
        out.println(String.join(",", columns));
        items.forEach(item -> out.println(
                columns.stream().map(column -> quoted(item.text(column))).collect(Collectors.joining(","))));
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
