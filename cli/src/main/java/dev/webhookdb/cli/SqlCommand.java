package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code db sql}: one statement. */
@Command(
        name = "sql",
        aliases = "query",
        description = {
            "Runs one SQL statement as a role that may only read, and prints its rows.",
            "When they are wider than the terminal, each is printed as a block of lines; see --expanded.",
            "The statement comes from standard input where there is none in the command, or '-'; on a terminal it is asked for.",
            "Ctrl-C cancels it on the server, too."
        },
        footer = {
            "webhookdb db sql 'SELECT status, count(*) FROM stripe_charge_v1_d50b GROUP BY 1'",
            "webhookdb db sql --format csv 'SELECT * FROM stripe_charge_v1_d50b' >charges.csv",
            "webhookdb db sql <report.sql",
            "webhookdb db sql --expanded on 'SELECT * FROM stripe_charge_v1_d50b LIMIT 1'"
        })
final class SqlCommand extends OrganizationCommand {
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = {"-u", "--query"},
            paramLabel = "SQL",
            description = "The statement, if it is not an argument.")
    private Optional<String> option = Optional.empty();

    @Parameters(paramLabel = "SQL", arity = "0..1", description = "The statement, or '-' for that of standard input.")
    private Optional<String> argument = Optional.empty();

    @Mixin
    private RowOptions rows;

    @Override
    public void run() {
        CancellableStatement statement = statement();
        Api api = api();
        Json answer = new Conversation(
                        api,
                        environment(),
                        Map.of(),
                        Map.of("query", "an argument"),
                        (to, body) -> statement.during(() -> api.sendPost(to, body)))
                .post(databasePath("/sql"), body("query", query(), "key", statement.key()))
                .body();
        rows.print(answer, environment(), output());
    }

    private String query() {
        Optional<String> given = argument.or(() -> option);
        boolean comes = given.map(STANDARD_INPUT::equals)
                .orElseGet(() -> !environment().input().isPerson());
        if (!comes) {
            return given.orElse("");
        }
        String text = environment().input().rest();
        if (text.isBlank()) {
            throw Failure.ofUsage(
                    "There is no statement. Write it as an argument, or into standard input: webhookdb db sql <report.sql");
        }
        return text;
    }
}
