package dev.webhookdb.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands that ask no server. */
final class ToolCommands {
    private ToolCommands() {}

    @Command(name = "version", description = "Prints the version of this client.", footer = "webhookdb version")
    static final class Version implements Runnable {
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            Webhookdb.environmentOf(spec).out().println("webhookdb " + dev.webhookdb.cli.Version.number());
        }
    }

    @Command(
            name = "help",
            description = "Shows the help of a command.",
            footer = {"webhookdb help", "webhookdb help db sql"})
    static final class Help implements Runnable {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "A command, like 'db' or 'db sql'.")
        private List<String> names = List.of();

        @Override
        public void run() {
            CommandLine command = spec.root().commandLine();
            for (String name : names) {
                CommandLine below = command.getSubcommands().get(name);
                if (below == null) {
                    throw new ParameterException(
                            command,
                            "There is no command '%s %s'"
                                    .formatted(command.getCommandSpec().qualifiedName(), name));
                }
                command = below;
            }
            command.usage(Webhookdb.environmentOf(spec).out());
        }
    }

    @Command(
            name = "docs",
            aliases = "doc",
            description = "Prints the manual of this client.",
            footer = {"webhookdb docs | less", "webhookdb docs --format man >webhookdb.1"})
    static final class Docs implements Runnable {
        @Spec
        private CommandSpec spec;

        @Option(
                names = {"-f", "--format"},
                paramLabel = "FORMAT",
                defaultValue = "markdown",
                description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
        private Form form;

        enum Form {
            markdown,
            man
        }

        @Override
        public void run() {
            Environment environment = Webhookdb.environmentOf(spec);
            Markup markup = switch (form) {
                case markdown -> new Markdown();
                case man -> new Roff();
            };
            environment.out().print(Manual.of(Commands.all(environment).getCommandSpec(), markup));
        }
    }

    @Command(
            name = "completion",
            description = {
                "Prints what makes a shell complete commands, options, and the names of organizations, services, integrations and"
                        + " targets, for which it waits a second, or as many as WEBHOOKDB_COMPLETION_SECONDS says.",
                "A distribution has these files ready, under share/."
            },
            footer = {
                "source <(webhookdb completion bash)",
                "webhookdb completion fish >~/.config/fish/completions/webhookdb.fish"
            })
    static final class Completion implements Runnable {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
        private Shell shell;

        enum Shell {
            bash,
            zsh,
            fish
        }

        @Override
        public void run() {
            Environment environment = Webhookdb.environmentOf(spec);
            var commands = Commands.all(environment);
            environment
                    .out()
                    .print(
                            switch (shell) {
                                case bash -> Completions.bash(commands);
                                case zsh -> Completions.zsh(commands);
                                case fish -> Completions.fish(commands.getCommandSpec());
                            });
        }
    }
}
