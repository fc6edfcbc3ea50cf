package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code config}: what the server's files say exists, and what this client remembers besides sessions. */
@Command(
        name = "config",
        description = "What the server's files say exists; and which server this client means where none is named.",
        subcommands = {
            DeclarationCommands.Plan.class,
            DeclarationCommands.Apply.class,
            DeclarationCommands.Export.class,
            DeclarationCommands.Schema.class,
            ConfigCommands.Set.class,
            ConfigCommands.Get.class,
            ConfigCommands.Unset.class
        })
final class ConfigCommands {
    /** What there is to remember. */
    enum Name {
        host
    }

    abstract static class Remembered implements Runnable {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", index = "0", description = "One of ${COMPLETION-CANDIDATES}.")
        private Name name;

        @Option(
                names = {"-q", "--quiet"},
                description = "Print data only, no messages.")
        private boolean quiet;

        final Environment environment() {
            return Webhookdb.environmentOf(spec);
        }

        final Preferences preferences() {
            return new Preferences(environment());
        }

        final Name name() {
            return name;
        }

        final void hint(String message) {
            if (!quiet && !Webhookdb.isQuiet(spec)) {
                environment().tell(message);
            }
        }
    }

    @Command(
            name = "set",
            description = "Remembers something for later commands. WEBHOOKDB_API_HOST and --host win over it.",
            footer = "webhookdb config set host https://webhookdb.example.com")
    static final class Set extends Remembered {
        @Parameters(paramLabel = "VALUE", index = "1", description = "For host: the server's address.")
        private String value;

        @Override
        public void run() {
            switch (name()) {
                case host -> {
                    String address = ServerOptions.address(value).toString();
                    preferences().saveHost(address);
                    hint("Commands are about %s from now on.".formatted(address));
                    environment()
                            .variable("WEBHOOKDB_API_HOST")
                            .ifPresent(other -> hint("But WEBHOOKDB_API_HOST says %s, which wins.".formatted(other)));
                }
            }
        }
    }

    @Command(name = "get", description = "Prints what is remembered.", footer = "webhookdb config get host")
    static final class Get extends Remembered {
        @Override
        public void run() {
            Optional<String> value = switch (name()) {
                case host -> preferences().host();
            };
            environment()
                    .out()
                    .println(value.orElseThrow(() -> Failure.ofUsage(
                            "No %1$s is remembered. 'webhookdb config set %1$s' does.".formatted(name()))));
        }
    }

    @Command(name = "unset", description = "Forgets what is remembered.", footer = "webhookdb config unset host")
    static final class Unset extends Remembered {
        @Override
        public void run() {
            switch (name()) {
                case host -> preferences().forgetHost();
            }
        }
    }
}
