package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entrance: builds the command tree, and turns every failure into a sentence and an exit status. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Environment environment = new Environment(
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                new PrintWriter(System.out, true, UTF_8),
                new PrintWriter(System.err, true, UTF_8),
                Clock.systemUTC(),
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .map(Main::terminal));
        System.exit(run(environment, args));
    }

    /** Runs one command: 0 done, 1 the server failed or cannot be reached, 2 wrong usage or a refused request. */
    static int run(Environment environment, String... args) {
        CommandLine commands = new CommandLine(new Webhookdb());
        commands.addSubcommand(Launched.server());
        commands.addSubcommand(Launched.demo());
        commands.addSubcommand(Launched.simulate());
        commands.addSubcommand(OrganizationCommands.group(environment));
        commands.addSubcommand(IntegrationCommands.group(environment));
        commands.addSubcommand(BackfillCommands.group(environment));
        WebhookCommands.all(environment).forEach(commands::addSubcommand);
        commands.addSubcommand(DatabaseCommands.group(environment));
        commands.addSubcommand(ConnectorCommands.group(environment));
        everyCommand(commands);
        commands.addSubcommand(new CommandLine.HelpCommand());
        commands.setOut(environment.out());
        commands.setErr(environment.err());
        commands.setParameterExceptionHandler((e, given) -> wrongUsage(environment, e));
        commands.setExecutionExceptionHandler((e, command, result) -> failed(environment, e));
        int status = commands.execute(args);
        environment.out().flush();
        environment.err().flush();
        return status;
    }

    private static void everyCommand(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getCommandSpec().versionProvider(new Version());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.getCommandSpec().usageMessage().width(100);
        command.getSubcommands().values().forEach(Main::everyCommand);
    }

    private static int wrongUsage(Environment environment, ParameterException e) {
        environment.tell(sentence(e.getMessage()));
        UnmatchedArgumentException.printSuggestions(e, environment.err());
        environment.tell("See '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static int failed(Environment environment, Exception e) {
        if (e instanceof Failure failure) {
            environment.tell(failure.getMessage());
            return failure.exitStatus();
        }
        environment.tell("This is a defect of the command line client: " + e + ". Please report it.");
        return ExitCode.SOFTWARE;
    }

    private static String sentence(String message) {
        return message.endsWith(".") || message.endsWith("?") ? message : message + ".";
    }

    private static Environment.Terminal terminal(Console console) {
        return (prompt, hidden) -> hidden
                ? Optional.ofNullable(console.readPassword("%s", prompt)).map(String::valueOf)
                : Optional.ofNullable(console.readLine("%s", prompt));
    }

    @Command(
            name = "webhookdb",
            description = "Turns third-party APIs into PostgreSQL tables that are always right.",
            synopsisSubcommandLabel = "COMMAND",
            commandListHeading = "%nCommands:%n",
            footerHeading = "%nExit status:%n",
            footer = {
                "  0  done",
                "  1  the server cannot be reached, or failed: the same command may succeed later",
                "  2  wrong usage, or the server refused the request: the message says what to change"
            })
    private static final class Webhookdb implements Runnable {
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "Which command?");
        }
    }

    private static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            try (InputStream resource = Main.class.getResourceAsStream("version.properties")) {
                Properties properties = new Properties();
                properties.load(resource);
                return new String[] {"webhookdb " + properties.getProperty("version")};
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
