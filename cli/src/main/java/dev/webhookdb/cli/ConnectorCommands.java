package dev.webhookdb.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "connectors", description = "Connectors: the JAR files that know a provider's API.")
final class ConnectorCommands {
    private ConnectorCommands() {}

    static CommandLine group(Environment environment) {
        return ServerCommand.group(new ConnectorCommands(), new ListAll(environment))
                .addSubcommand(Launched.checkConnectors());
    }

    @Command(name = "list", description = "Lists the connectors the server found, and why it refused some.")
    private static final class ListAll extends ServerCommand {
        ListAll(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            List<Json> items = connect().get("/v1/operator/connectors").items("items");
            print(items, "state", "id", "version", "services", "path", "problem", "remedy");
        }
    }
}
