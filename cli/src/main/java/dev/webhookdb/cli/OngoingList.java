package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Prints a list that goes on: a table whose columns stay where they are, or grow; for programs, one object to a line. */
final class OngoingList {
    private final Environment environment;
    private final Output output;
    private List<String> widest = List.of();
    private boolean begun;

    OngoingList(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
    }

    void print(List<Json> items) {
        List<Output.Column> columns = Output.columns(
                new Json(Map.of("items", items.stream().map(Json::value).toList())));
        switch (output.format()) {
            case table -> table(Output.headings(columns), output.local(Output.cells(items, columns)));
            case csv -> csv(columns.stream().map(Output.Column::label).toList(), Output.cells(items, columns));
            case json, raw -> items.forEach(item -> output.line(item.write()));
        }
        begun = true;
        environment.out().flush();
    }

    private void csv(List<String> headings, List<List<String>> rows) {
        if (!begun) {
            output.line(Csv.line(headings));
        }
        rows.forEach(row -> output.line(Csv.line(row)));
    }

    /** The first row is not printed: it makes the columns as wide as they were. */
    private void table(List<String> headings, List<List<String>> rows) {
        widest = widest(headings, rows);
        List<List<String>> lines = new ArrayList<>(List.of(widest));
        if (!begun) {
            lines.add(headings);
        }
        lines.addAll(rows);
        new TextTable(lines, Output.GAP, Set.of())
                .lines((row, column, text) -> !begun && row == 1 ? output.bold(text) : text).stream()
                        .skip(1)
                        .forEach(output::line);
    }

    private List<String> widest(List<String> headings, List<List<String>> rows) {
        List<List<String>> all = Stream.concat(Stream.of(headings, widest).filter(row -> !row.isEmpty()), rows.stream())
                .toList();
        return IntStream.range(0, headings.size())
                .mapToObj(column -> "x"
                        .repeat(all.stream()
                                .mapToInt(row -> Text.width(row.get(column)))
                                .max()
                                .orElse(0)))
                .toList();
    }
}
