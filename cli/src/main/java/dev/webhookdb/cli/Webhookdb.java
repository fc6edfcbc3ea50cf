package dev.webhookdb.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that holds all others, and what surrounds them. */
@Command(
        name = "webhookdb",
        description = "Turns third-party APIs into PostgreSQL tables that are always right.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:the server cannot be reached, or failed: the same command may succeed later",
            "2:wrong usage, or the server refused the request: the message says what to change",
            "130:ended by Ctrl-C"
        })
final class Webhookdb implements Runnable {
    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print data only, no messages.")
    private boolean quiet;

    Webhookdb(Environment environment) {
        this.environment = environment;
    }

    /** What surrounds a command. */
    static Environment environmentOf(CommandSpec command) {
        return rootOf(command).environment;
    }

    /** Whether messages are unwanted for every command. */
    static boolean isQuiet(CommandSpec command) {
        return rootOf(command).quiet;
    }

    private static Webhookdb rootOf(CommandSpec command) {
        return (Webhookdb) command.root().userObject();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
