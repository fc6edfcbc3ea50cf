package dev.webhookdb.cli;

import picocli.CommandLine.Command;

/** {@code connectors}: for who runs the server. */
@Command(
        name = "connectors",
        description = "Connectors: the JAR files that know a provider's API. For who runs the server.",
        subcommands = ConnectorCommands.ListAll.class)
final class ConnectorCommands {
    @Command(
            name = "list",
            description = "Lists the connectors the server found, and why it refused some.",
            footer = "webhookdb connectors list")
    static final class ListAll extends ServerCommand {
        @Override
        public void run() {
            PluginList.of("services").print(operator().get("/v1/operator/connectors"), output());
        }
    }
}
