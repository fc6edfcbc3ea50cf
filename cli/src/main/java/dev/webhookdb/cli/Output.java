package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Prints what the server answered: data to standard output in the format that was asked for, and messages beside it to standard error.
 * Where the message is the answer, it is the data.
 */
final class Output {
    private static final String FORMAT = "--format";
    private static final String QUIET = "--quiet";
    static final String GAP = "  ";
    private static final String BOLD = "\u001B[1m";
    private static final String PLAIN = "\u001B[0m";
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d[\\d,]*(\\.\\d+)?([eE][-+]?\\d+)?\\s?%?");

    private final Environment environment;
    private final Format format;
    private final boolean quiet;

    private Output(Environment environment, Format format, boolean quiet) {
        this.environment = environment;
        this.format = format;
        this.quiet = quiet;
    }

    enum Format {
        table,
        json,
        csv,
        raw
    }

    /** Gives a command the options for its output; their short names only where no option of its own has them. */
    static void addOptions(CommandSpec command) {
        if (command.findOption(FORMAT) == null) {
            command.addOption(OptionSpec.builder(names(command, "-f", FORMAT))
                    .paramLabel("FORMAT")
                    .type(Format.class)
                    .defaultValue("table")
                    .description("How data is printed: one of ${COMPLETION-CANDIDATES}. Default: table.")
                    .build());
        }
        command.addOption(OptionSpec.builder(names(command, "-q", QUIET))
                .type(boolean.class)
                .description("Print data only, no messages; of what is made or changed, its id.")
                .build());
    }

    private static String[] names(CommandSpec command, String shortName, String longName) {
        return command.findOption(shortName) == null ? new String[] {shortName, longName} : new String[] {longName};
    }

    /** What the options of a command say. */
    static Output of(CommandSpec command, Environment environment) {
        Format format = command.findOption(FORMAT).getValue() instanceof Format chosen ? chosen : Format.table;
        boolean quiet = Boolean.TRUE.equals(command.findOption(QUIET).getValue());
        return new Output(environment, format, quiet || Webhookdb.isQuiet(command));
    }

    Format format() {
        return format;
    }

    /** Prints a list, with the columns that the server says. */
    void list(Json answer) {
        print(answer, columns(answer));
    }

    /** Prints a list with certain columns. */
    void list(Json answer, List<String> members) {
        print(answer, members.stream().map(name -> new Column(name, name)).toList());
    }

    private void print(Json answer, List<Column> columns) {
        List<Json> items = answer.items("items");
        switch (format) {
            case table -> {
                if (items.isEmpty()) {
                    hint(answer.text("message").isEmpty() ? "There is nothing to list." : answer.text("message"));
                    return;
                }
                table(headings(columns), local(cells(items, columns)));
            }
            case csv -> csv(columns.stream().map(Column::label).toList(), cells(items, columns));
            case json -> json(answer.at("items").undecorated());
            case raw -> json(answer);
        }
        hint(answer.text("message"));
    }

    /** Prints one object, with the labels that the server says. */
    void one(Json answer) {
        List<Column> columns = columns(answer);
        switch (format) {
            case table ->
                rows(columns.stream()
                        .filter(column -> answer.has(column.key()))
                        .map(column -> List.of(column.label(), local(answer.text(column.key()))))
                        .toList());
            case csv -> csv(columns.stream().map(Column::label).toList(), cells(List.of(answer), columns));
            case json -> json(answer.data());
            case raw -> json(answer);
        }
        hint(answer.text("message"));
    }

    /** Prints lines and tables. For programs, the tables alone are the data, if there are any. */
    void blocks(Json answer) {
        List<Block> blocks = answer.items("blocks").stream().map(Block::of).toList();
        switch (format) {
            case table -> blocks.forEach(this::block);
            case csv -> blocks.forEach(this::csv);
            case json -> json(answer.has(Json.RESULT) ? answer.data() : new Json(Block.data(blocks)));
            case raw -> json(answer);
        }
        hint(answer.text("message"));
    }

    /** Prints the message of an answer that has nothing else for people. */
    void message(Json answer) {
        text(answer.text("message"), answer);
    }

    /** Prints a text for people, and what was made or changed for programs: with {@code --quiet} its id alone. */
    void text(String text, Json answer) {
        Json data = answer.data();
        switch (format) {
            case table -> {
                if (quiet) {
                    Optional.of(data.text("id")).filter(id -> !id.isEmpty()).ifPresent(this::line);
                } else if (!text.isBlank()) {
                    line(text.stripTrailing());
                }
            }
            case csv -> {
                Map<String, String> members = data.texts();
                csv(List.copyOf(members.keySet()), List.of(List.copyOf(members.values())));
                hint(text);
            }
            case json -> {
                json(data);
                hint(text);
            }
            case raw -> json(answer);
        }
    }

    /** Prints one member of an answer alone, so that it can be used in another command. */
    void value(String name, Json answer) {
        switch (format) {
            case table, csv -> environment.out().println(answer.text(name));
            case json -> json(answer.data());
            case raw -> json(answer);
        }
        hint(answer.text("message"));
    }

    /** Prints a table. */
    void table(List<String> headings, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(headings);
        all.addAll(rows);
        new TextTable(all, GAP, numeric(rows))
                .lines((row, column, text) -> row == 0 ? bold(text) : text)
                .forEach(this::line);
    }

    /** Prints a table without headings: in each row a name, and what it names. */
    void rows(List<List<String>> rows) {
        new TextTable(rows, GAP, Set.of())
                .lines((row, column, text) -> column == 0 ? bold(text) : text)
                .forEach(this::line);
    }

    /** Prints the members of an object, whatever they are, a line each. */
    void facts(Json object) {
        rows(object.texts().entrySet().stream()
                .map(fact -> List.of(fact.getKey().replace('_', ' '), local(fact.getValue())))
                .toList());
    }

    void csv(List<String> headings, List<List<String>> rows) {
        line(Csv.line(headings));
        rows.forEach(row -> line(Csv.line(row)));
    }

    void json(Json value) {
        line(value.pretty());
    }

    /** Prints a line of data. */
    void line(String text) {
        environment.out().println(text);
    }

    /** Prints a message beside the data. */
    void hint(String message) {
        if (!quiet) {
            environment.tell(message);
        }
    }

    /** Prints a message that only people want. */
    void hintPeople(String message) {
        if (format == Format.table) {
            hint(message);
        }
    }

    /** Says below a table how many rows it has. */
    void count(int rows) {
        if (!quiet) {
            line(rows == 1 ? "(1 row)" : "(%d rows)".formatted(rows));
        }
    }

    String bold(String text) {
        return environment.colored() ? BOLD + text + PLAIN : text;
    }

    /** The columns in which every cell is a number. */
    static Set<Integer> numeric(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        Set<Integer> numeric = new HashSet<>();
        IntStream.range(0, columns)
                .filter(column -> rows.stream().allMatch(row -> isNumber(row.get(column))))
                .forEach(numeric::add);
        return numeric;
    }

    private static boolean isNumber(String text) {
        return text.isEmpty() || NUMBER.matcher(text).matches();
    }

    private void block(Block block) {
        switch (block) {
            case Block.Line(String text) -> line(Text.printable(text));
            case Block.Table(List<String> headers, List<List<String>> rows) -> table(headings(headers), local(rows));
        }
    }

    private void csv(Block block) {
        switch (block) {
            case Block.Line ignored -> {}
            case Block.Table(List<String> headers, List<List<String>> rows) -> csv(headers, rows);
        }
    }

    static List<List<String>> cells(List<Json> items, List<Column> columns) {
        return items.stream()
                .map(item ->
                        columns.stream().map(column -> item.text(column.key())).toList())
                .toList();
    }

    List<List<String>> local(List<List<String>> rows) {
        return rows.stream().map(row -> row.stream().map(this::local).toList()).toList();
    }

    /** A time as people read it; programs get it as the server says it. */
    String local(String text) {
        return When.local(text, environment.clock().getZone());
    }

    static List<String> headings(List<?> columns) {
        return columns.stream()
                .map(column -> column.toString().replace('_', ' ').toUpperCase(Locale.ROOT))
                .toList();
    }

    /** A server of another version may not say them: then all members of the first item. */
    static List<Column> columns(Json answer) {
        List<Column> columns = answer.items("display_headers").stream()
                .map(Json::elements)
                .filter(pair -> pair.size() == 2)
                .map(pair -> new Column(pair.getFirst().toText(), pair.getLast().toText()))
                .toList();
        if (!columns.isEmpty()) {
            return columns;
        }
        return answer.items("items").stream()
                .limit(1)
                .flatMap(item -> item.texts().keySet().stream())
                .map(key -> new Column(key, key))
                .toList();
    }

    /** A member of the items, and what it is called. */
    record Column(String key, String label) {
        @Override
        public String toString() {
            return label;
        }
    }
}
