package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** How rows of a query are printed. */
final class RowOptions {
    @Option(
            names = {"-x", "--expanded"},
            paramLabel = "WHEN",
            defaultValue = "auto",
            description =
                    "Print each row as a block of lines: one of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, when they are"
                            + " wider than the terminal.")
    private Expanded expanded;

    @Option(
            names = {"-c", "--color"},
            negatable = true,
            description = "Use colours. Default: on a terminal, unless NO_COLOR is set.")
    private Optional<Boolean> color = Optional.empty();

    enum Expanded {
        auto,
        on,
        off
    }

    void print(Json answer, Environment environment, Output output) {
        Rows rows = Rows.of(answer);
        switch (output.format()) {
            case table -> {
                Rows.Paint paint = new Rows.Paint(color.orElseGet(environment::colored));
                (isExpanded(rows, environment) ? rows.blocks(paint) : rows.table(paint)).forEach(output::line);
                output.count(rows.count());
            }
            case csv -> rows.csv().forEach(output::line);
            case json -> output.json(rows.objects());
            case raw -> output.json(answer);
        }
        if (rows.truncated()) {
            output.hint(
                    "There are more rows: only the first %d are here. Add a LIMIT, or use psql: psql \"$(webhookdb db connection)\""
                            .formatted(rows.count()));
        }
    }

    private boolean isExpanded(Rows rows, Environment environment) {
        return switch (expanded) {
            case on -> true;
            case off -> false;
            case auto ->
                environment.screen().terminal()
                        && rows.width() > environment.screen().columns().getAsInt();
        };
    }
}
