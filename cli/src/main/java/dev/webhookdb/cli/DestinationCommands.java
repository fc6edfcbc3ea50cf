package dev.webhookdb.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** {@code destinations}: for who runs the server. */
@Command(
        name = "destinations",
        description = "Destinations: the JAR files that know a database tables are copied to. For who runs the server.",
        subcommands = DestinationCommands.ListAll.class)
final class DestinationCommands {
    @Command(
            name = "list",
            description = "Lists the destinations the server found, and why it refused some.",
            footer = "webhookdb destinations list")
    static final class ListAll extends ServerCommand {
        private static final List<String> COLUMNS =
                List.of("state", "id", "version", "schemes", "example", "path", "problem", "remedy", "notes");

        @Override
        public void run() {
            output().list(operator().get("/v1/operator/destinations"), COLUMNS);
        }
    }
}
