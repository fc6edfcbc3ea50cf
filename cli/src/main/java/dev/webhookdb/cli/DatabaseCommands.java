package dev.webhookdb.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "db", description = "An organization's database.")
final class DatabaseCommands {
    private DatabaseCommands() {}

    static CommandLine group(Environment environment) {
        return new CommandLine(new DatabaseCommands()).addSubcommand(new Connection(environment));
    }

    @Command(
            name = "connection",
            description = {
                "Prints the connection URL of a role that may only read.",
                "Use it as: psql \"$(webhookdb db connection --org KEY)\""
            })
    private static final class Connection implements Runnable {
        private final Environment environment;

        @Mixin
        private ServerOptions server;

        @Mixin
        private OrganizationOption organization;

        Connection(Environment environment) {
            this.environment = environment;
        }

        @Override
        public void run() {
            Json answer = server.connect(environment).get(organization.path() + "/connection");
            environment.out().println(answer.text("connection_url"));
        }
    }
}
