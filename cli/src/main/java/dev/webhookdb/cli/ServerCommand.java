package dev.webhookdb.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** A command that asks the server something and prints the answer: data as a listing, messages beside it. */
abstract class ServerCommand implements Runnable {
    private final Environment environment;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Listing listing;

    ServerCommand(Environment environment) {
        this.environment = environment;
    }

    /** A group that only holds commands. */
    static CommandLine group(Object group, ServerCommand... commands) {
        CommandLine commandLine = new CommandLine(group);
        for (ServerCommand command : commands) {
            commandLine.addSubcommand(command);
        }
        return commandLine;
    }

    final Environment environment() {
        return environment;
    }

    final OperatorApi connect() {
        return server.connect(environment);
    }

    final void print(List<Json> items, String... columns) {
        listing.print(environment, items, columns);
    }

    /** A message for the person that programs do not want. */
    final void tellPeople(String message) {
        if (listing.forPeople()) {
            environment.tell(message);
        }
    }

    final void tellMessageOf(Json answer) {
        environment.tell(answer.text("message"));
    }
}
