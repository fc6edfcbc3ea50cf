package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of a query, printed like psql does.
 *
 * @param truncated whether there are more that the server did not send
 */
record Rows(List<String> headers, List<List<Json>> cells, boolean truncated) {
    private static final String NULL = "NULL";
    private static final String BAR = " | ";

    static Rows of(Json answer) {
        return new Rows(
                answer.strings("headers"),
                answer.items("rows").stream().map(Json::elements).toList(),
                answer.isTrue("max_rows_reached"));
    }

    int count() {
        return cells.size();
    }

    /** How wide the table is. */
    int width() {
        return table().width();
    }

    List<String> table(Paint paint) {
        TextTable table = table();
        List<String> lines = new ArrayList<>(table.lines((row, column, text) -> {
            if (row == 0) {
                return paint.heading(text);
            }
            return isNull(row - 1, column) ? paint.nothing(text) : text;
        }));
        lines.add(1, rule(table));
        return lines;
    }

    /** Each row as a block of lines, one for each column. */
    List<String> blocks(Paint paint) {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < cells.size(); row++) {
            lines.add(paint.heading("-[ RECORD %d ]%s".formatted(row + 1, "-".repeat(30))));
            lines.addAll(block(row, paint));
        }
        return lines;
    }

    List<String> csv() {
        List<String> lines = new ArrayList<>();
        lines.add(Csv.line(headers));
        cells.forEach(row -> lines.add(Csv.nullableLine(row.stream()
                .map(cell ->
                        Optional.of(cell).filter(one -> one.value() != null).map(Rows::text))
                .toList())));
        return lines;
    }

    /** An object for each row; of two columns with one name the second gets a number. */
    Json objects() {
        List<String> names = names();
        return new Json(cells.stream()
                .map(row -> {
                    Map<String, Object> members = new LinkedHashMap<>();
                    for (int column = 0; column < row.size(); column++) {
                        members.put(names.get(column), row.get(column).value());
                    }
                    return members;
                })
                .toList());
    }

    private List<String> names() {
        Map<String, Integer> seen = new HashMap<>();
        return headers.stream()
                .map(header -> seen.merge(header, 1, Integer::sum) == 1 ? header : header + "_" + seen.get(header))
                .toList();
    }

    private List<String> block(int row, Paint paint) {
        List<List<String>> lines = new ArrayList<>();
        for (int column = 0; column < headers.size(); column++) {
            lines.add(List.of(headers.get(column), shown(cells.get(row).get(column))));
        }
        return new TextTable(lines, BAR, Set.of()).lines((line, column, text) -> {
            if (column == 0) {
                return paint.heading(text);
            }
            return isNull(row, line) ? paint.nothing(text) : text;
        });
    }

    private TextTable table() {
        List<List<String>> rows = cells.stream()
                .map(row -> row.stream().map(Rows::shown).toList())
                .toList();
        List<List<String>> values =
                cells.stream().map(row -> row.stream().map(Rows::text).toList()).toList();
        List<List<String>> all = new ArrayList<>();
        all.add(headers);
        all.addAll(rows);
        return new TextTable(all, BAR, Output.numeric(values));
    }

    private static String rule(TextTable table) {
        return String.join("-+-", table.widths().stream().map("-"::repeat).toList());
    }

    private boolean isNull(int row, int column) {
        return cells.get(row).get(column).value() == null;
    }

    private static String shown(Json cell) {
        return cell.value() == null ? NULL : text(cell);
    }

    /** A list is JSON here, because it came from a column of JSON. */
    private static String text(Json cell) {
        return cell.value() instanceof List<?> ? cell.write() : cell.toText();
    }

    /** The colours of a table. */
    record Paint(boolean colored) {
        private static final String PLAIN = "\u001B[0m";

        String heading(String text) {
            return colored ? "\u001B[1;32m" + text + PLAIN : text;
        }

        String nothing(String text) {
            return colored ? "\u001B[33m" + text + PLAIN : text;
        }
    }
}
