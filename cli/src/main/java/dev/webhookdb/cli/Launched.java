package dev.webhookdb.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Commands that {@code bin/webhookdb} gives to other programs: here they only have a place in the help. */
final class Launched {
    private Launched() {}

    static List<CommandLine> all() {
        return List.of(server(), doctor(), demo(), simulate());
    }

    private static CommandLine server() {
        return command(
                "server",
                "Starts the server and stays in the foreground until Ctrl-C or SIGTERM.",
                "Configuration: conf/webhookdb.yaml of the installation, and environment variables, which win: server.port"
                        + " is WEBHOOKDB_SERVER_PORT. Without a database of yours it starts its own.");
    }

    private static CommandLine doctor() {
        return command(
                "doctor",
                "Says what is wrong with this installation, and what to do: its configuration, databases, encryption key, disks, clock,"
                        + " connectors, files of organizations, public URL, mail server, and what waits.",
                "Runs where the server runs, as the server's user, beside it or without it, and changes nothing. --config FILE names"
                        + " another configuration than conf/webhookdb.yaml, and --format json is for programs. The exit status is 0 if"
                        + " all is fine, 2 if there are only warnings, and 1 if there is a problem.");
    }

    private static CommandLine demo() {
        return command(
                "demo",
                "Starts a server of its own and a simulated Stripe, delivers signed webhooks out of order, and shows the tables.",
                "Needs no account anywhere. Stays up until Ctrl-C; with --once it checks the tables and ends.");
    }

    private static CommandLine simulate() {
        return command(
                "simulate",
                "Runs a simulated Stripe alone: its list API on a port of this machine, for connectors under development.");
    }

    /** @param kinds what is checked: {@code connectors} */
    static CommandLine check(String kinds) {
        return command(
                "check",
                "Checks %s' JAR files as the server would, without a server, and says what is wrong with them."
                        .formatted(kinds));
    }

    private static CommandLine command(String name, String... description) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection((Runnable) () -> {
            throw Failure.ofUsage(
                    "'" + name + "' needs the rest of the installation: run it with the bin/webhookdb of an"
                            + " unpacked distribution.");
        });
        spec.name(name);
        spec.usageMessage().description(description);
        spec.parser().unmatchedArgumentsAllowed(true);
        return new CommandLine(spec);
    }
}
