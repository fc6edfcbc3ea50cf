package dev.webhookdb.cli;

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
        @Override
        public void run() {
            PluginList.of("schemes", "example").print(operator().get("/v1/operator/destinations"), output());
        }
    }
}
