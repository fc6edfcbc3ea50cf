package dev.webhookdb.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The tree of commands. */
final class Commands {
    private static final String HELP = "--help";
    private static final List<String> VERSION = List.of("-V", "--version");
    private static final int HELP_WIDTH = 100;
    private static final int NARROWEST_HELP = 55;
    private static final int NAME_WIDTH = 20;

    /** Commands of {@code auth} that also stand alone, because everybody begins with them. */
    private static final List<String> SHORT_NAMES = List.of("login", "logout", "whoami");

    /** In the order of the help. */
    private static final List<Class<?>> GROUPS = List.of(
            AuthCommands.LogIn.class,
            AuthCommands.LogOut.class,
            AuthCommands.WhoAmI.class,
            StatusCommand.class,
            AuthCommands.class,
            OrganizationCommands.class,
            ServiceCommands.class,
            ServiceCommands.Fixtures.class,
            IntegrationCommands.class,
            BackfillCommands.class,
            WebhookCommands.Logs.class,
            WebhookCommands.Replay.class,
            NotificationCommands.class,
            HttpSyncCommands.class,
            DbSyncCommands.class,
            DatabaseCommands.class,
            SavedQueryCommands.class,
            SavedViewCommands.class,
            ErrorHandlerCommands.class,
            SubscriptionCommands.class,
            ConnectorCommands.class,
            DestinationCommands.class,
            ConfigCommands.class,
            ToolCommands.Version.class,
            ToolCommands.Docs.class,
            ToolCommands.Completion.class);

    private Commands() {}

    /** As much of the tree as a command takes. To build all of it takes longer than most commands do. */
    static CommandLine of(Environment environment, String... args) {
        if (VERSION.stream().anyMatch(List.of(args)::contains)) {
            return finished(tree(environment, List.of()), environment);
        }
        List<Class<?>> named = Stream.of(args)
                .filter(word -> !word.startsWith("-"))
                .findFirst()
                .map(word -> Stream.concat(GROUPS.stream(), Stream.of(Candidates.class))
                        .filter(group -> isCalled(group, word))
                        .toList())
                .orElse(List.of());
        return named.isEmpty() ? all(environment) : finished(tree(environment, named), environment);
    }

    /** The whole tree. */
    static CommandLine all(Environment environment) {
        CommandLine commands = tree(environment, GROUPS);
        Launched.all().forEach(commands::addSubcommand);
        commands.addSubcommand(new ToolCommands.Help());
        return finished(commands, environment);
    }

    private static CommandLine tree(Environment environment, List<Class<?>> groups) {
        CommandLine commands = new CommandLine(new Webhookdb(environment));
        groups.forEach(commands::addSubcommand);
        SHORT_NAMES.forEach(name -> Optional.ofNullable(
                        commands.getSubcommands().get(name))
                .map(command -> command.getCommandSpec().usageMessage())
                .ifPresent(usage -> usage.footer(Stream.of(usage.footer())
                        .map(example -> example.replace("webhookdb auth ", "webhookdb "))
                        .toArray(String[]::new))));
        Stream.of("connectors", "destinations")
                .forEach(kinds -> Optional.ofNullable(commands.getSubcommands().get(kinds))
                        .ifPresent(command -> command.addSubcommand(Launched.check(kinds))));
        return commands;
    }

    private static CommandLine finished(CommandLine commands, Environment environment) {
        finish(commands);
        commands.setHelpFactory((command, colors) -> {
            command.usageMessage().width(helpWidth(environment));
            return new Help(command, colors);
        });
        commands.setOut(environment.out());
        commands.setErr(environment.err());
        commands.setColorScheme(Help.defaultColorScheme(environment.colored() ? Help.Ansi.ON : Help.Ansi.OFF));
        return commands;
    }

    /** What fits into the terminal, but no longer lines than one likes to read. */
    private static int helpWidth(Environment environment) {
        return Math.clamp(environment.screen().columns().getAsInt(), NARROWEST_HELP, HELP_WIDTH);
    }

    private static boolean isCalled(Class<?> group, String word) {
        Command command = group.getAnnotation(Command.class);
        return command.name().equals(word) || List.of(command.aliases()).contains(word);
    }

    /** Gives a command, and those below it, what all have. */
    private static void finish(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.findOption(HELP) == null) {
            addOptions(spec);
            spec.usageMessage().sectionMap().put(SECTION_KEY_COMMAND_LIST, Commands::commandList);
            command.setCaseInsensitiveEnumValuesAllowed(true);
            layOutExamples(spec.usageMessage());
        }
        command.getSubcommands().values().stream().distinct().forEach(Commands::finish);
    }

    private static void addOptions(CommandSpec spec) {
        spec.addOption(OptionSpec.builder("-h", HELP)
                .usageHelp(true)
                .description("Show this help.")
                .build());
        if (spec.userObject() instanceof Webhookdb) {
            spec.versionProvider(new Version());
            spec.addOption(OptionSpec.builder(VERSION.toArray(String[]::new))
                    .versionHelp(true)
                    .description("Print the version of this client.")
                    .build());
        }
        if (spec.userObject() instanceof ServerCommand) {
            Output.addOptions(spec);
        }
        if (spec.userObject() instanceof Forcible) {
            Forcible.addOption(spec);
        }
    }

    private static void layOutExamples(UsageMessageSpec usage) {
        if (usage.footer().length > 0) {
            usage.footerHeading("%nExamples:%n");
            usage.footer(
                    Stream.of(usage.footer()).map(example -> "  " + example).toArray(String[]::new));
        }
    }

    /** The commands and what they do, without their other names, which the manual has. */
    private static String commandList(Help help) {
        Help.TextTable table = Help.TextTable.forColumns(
                help.colorScheme(),
                new Help.Column(NAME_WIDTH, 2, Help.Column.Overflow.SPAN),
                new Help.Column(help.commandSpec().usageMessage().width() - NAME_WIDTH, 2, Help.Column.Overflow.WRAP));
        help.commandSpec().subcommands().values().stream()
                .distinct()
                .forEach(command -> table.addRowValues(
                        help.colorScheme().commandText(command.getCommandName()),
                        help.colorScheme().text(Manual.summary(command.getCommandSpec()))));
        return table.toString();
    }
}
