package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Cells below each other, in columns as wide as their widest cell. A cell may have several lines.
 *
 * @param gap what is between two columns
 * @param right the columns that are aligned to the right, as numbers are
 */
record TextTable(List<List<String>> rows, String gap, Set<Integer> right) {
    /** How a cell is coloured, which must not change its width. */
    @FunctionalInterface
    interface Paint {
        Paint NONE = (row, column, text) -> text;

        String cell(int row, int column, String text);
    }

    /** How many columns of the terminal the widest line takes. */
    int width() {
        List<Integer> widths = widths();
        return widths.stream().mapToInt(Integer::intValue).sum() + gap.length() * Math.max(0, widths.size() - 1);
    }

    List<Integer> widths() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        return IntStream.range(0, columns).map(this::width).boxed().toList();
    }

    List<String> lines(Paint paint) {
        List<Integer> widths = widths();
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            lines.addAll(lines(row, widths, paint));
        }
        return lines;
    }

    private List<String> lines(int row, List<Integer> widths, Paint paint) {
        List<List<String>> cells = rows.get(row).stream().map(TextTable::split).toList();
        int height = cells.stream().mapToInt(List::size).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (int part = 0; part < height; part++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < cells.size(); column++) {
                List<String> cell = cells.get(column);
                String text = part < cell.size() ? cell.get(part) : "";
                String padded = Text.padded(text, widths.get(column), right.contains(column));
                line.append(column == 0 ? "" : gap).append(paint.cell(row, column, padded));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> column < row.size())
                .flatMap(row -> split(row.get(column)).stream())
                .mapToInt(Text::width)
                .max()
                .orElse(0);
    }

    private static List<String> split(String cell) {
        return Text.printable(cell).lines().toList();
    }
}
