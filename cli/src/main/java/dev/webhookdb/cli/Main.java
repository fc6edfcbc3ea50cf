package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entrance: surroundings of the process, and every failure as a sentence and an exit status. */
public final class Main {
    /** What {@code bin/webhookdb} says about standard input and output: those of {@code in} and {@code out} that are terminals. */
    private static final String TERMINALS = "webhookdb.terminals";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Main() {}

    public static void main(String[] args) {
        // by itself Java sends a proxy's password only to reach servers without TLS
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
        // by itself Java sends a POST again when the connection ends before the answer
        System.setProperty("sun.net.http.retryPost", "false");
        StandardOutput out = new StandardOutput();
        Environment environment = environment(out);
        int status = run(environment, args);
        StartCache.makeIfMissing();
        System.exit(out.failure().map(failure -> failed(environment, failure)).orElse(status));
    }

    /** The surroundings of this process. */
    static Environment environment(StandardOutput out) {
        PrintWriter err = new PrintWriter(System.err, true, UTF_8);
        return new Environment(
                System.getenv(),
                home(),
                new PrintWriter(out, false, UTF_8),
                err,
                Clock.system(ZoneId.systemDefault()),
                input(err),
                new Environment.Screen(isTerminal("out"), TerminalInput::columns));
    }

    /** As shells have it, which Java does not: its own property comes from the list of users. */
    private static Path home() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home);
    }

    /** Runs one command: 0 done, 1 the server failed or cannot be reached, 2 wrong usage or a refused request. */
    static int run(Environment environment, String... args) {
        var commands = Commands.of(environment, args);
        commands.setParameterExceptionHandler((e, given) -> wrongUsage(environment, e));
        commands.setExecutionExceptionHandler((e, command, result) -> failed(environment, e));
        int status = commands.execute(args);
        environment.out().flush();
        environment.err().flush();
        return status;
    }

    private static Input input(PrintWriter questions) {
        Optional<Input> terminal = isTerminal("in") ? TerminalInput.open() : Optional.empty();
        return terminal.orElseGet(() -> new Lines(System.in, questions, PATIENCE));
    }

    private static boolean isTerminal(String stream) {
        return Optional.ofNullable(System.getProperty(TERMINALS))
                .map(names -> List.of(names.split(",", -1)).contains(stream))
                .orElseGet(() -> Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent());
    }

    private static int wrongUsage(Environment environment, ParameterException e) {
        environment.tell(sentence(e.getMessage()));
        if (!Mistyped.suggestOption(e, environment)) {
            UnmatchedArgumentException.printSuggestions(e, environment.err());
        }
        environment.tell("See '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static int failed(Environment environment, Exception e) {
        if (e instanceof Failure failure) {
            environment.tell(failure.getMessage());
            return failure.exitStatus();
        }
        // its message may hold anything, also a secret
        environment.tell("This is a defect of the command line client: %s at %s. Please report it."
                .formatted(e.getClass().getSimpleName(), e.getStackTrace()[0]));
        return ExitCode.SOFTWARE;
    }

    private static String sentence(String message) {
        return message.endsWith(".") || message.endsWith("?") ? message : message + ".";
    }
}
