package dev.webhookdb.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Comma-separated values, as RFC 4180 has them. NULL is empty, and an empty text is a pair of quotes, as psql writes them. */
final class Csv {
    private Csv() {}

    static String line(List<String> cells) {
        return cells.stream().map(Csv::quoted).collect(Collectors.joining(","));
    }

    static String nullableLine(List<Optional<String>> cells) {
        return cells.stream()
                .map(cell ->
                        cell.map(text -> text.isEmpty() ? "\"\"" : quoted(text)).orElse(""))
                .collect(Collectors.joining(","));
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
