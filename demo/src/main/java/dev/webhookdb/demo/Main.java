package dev.webhookdb.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** The entrance of {@code webhookdb demo} and {@code webhookdb simulate}. */
@Command(name = "webhookdb")
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, UTF_8);
        PrintStream err = new PrintStream(System.err, true, UTF_8);
        boolean terminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        Screen screen = new Screen(out, terminal);
        CommandLine commands = new CommandLine(new Main());
        commands.addSubcommand(new DemoCommand(screen, System.getenv()));
        commands.addSubcommand(new SimulateCommand(screen));
        commands.setParameterExceptionHandler((e, given) -> wrongUsage(e, err));
        commands.setExecutionExceptionHandler((e, command, result) -> failed(e, err));
        System.exit(commands.execute(args));
    }

    private static int wrongUsage(ParameterException e, PrintStream err) {
        err.println(
                e.getMessage() + ". See '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, PrintStream err) {
        boolean expected = e instanceof DemoException;
        err.println(expected ? e.getMessage() : "This is a defect of the demo: " + e + ". Please report it.");
        return ExitCode.SOFTWARE;
    }
}
