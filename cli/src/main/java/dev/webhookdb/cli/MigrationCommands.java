package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code db migrations}: bring your own database. */
@Command(
        name = "migrations",
        aliases = "migration",
        description = "Moves the organization's tables into a database of yours, while webhooks keep arriving.",
        subcommands = {MigrationCommands.Start.class, MigrationCommands.ListAll.class, MigrationCommands.Cancel.class})
final class MigrationCommands {
    @Command(
            name = "start",
            description = {
                "Begins to copy all tables into a database of yours, and then uses that one.",
                "Both URLs are tried first. A URL with a password is better not written into a command, where others see it:"
                        + " it is asked for, or comes from the environment."
            },
            footer = {
                "webhookdb db migrations start",
                "webhookdb db migrations start --admin-url-from-env ADMIN_URL --readonly-url-from-env READONLY_URL"
            })
    static final class Start extends OrganizationCommand {
        @Option(
                names = {"-a", "--admin-url"},
                paramLabel = "URL",
                description = "Connects as a role that may create tables.")
        private Optional<String> adminUrl = Optional.empty();

        @Option(
                names = {"-r", "--readonly-url"},
                paramLabel = "URL",
                description = "Connects as a role that may only read.")
        private Optional<String> readonlyUrl = Optional.empty();

        @Option(
                names = "--admin-url-from-env",
                paramLabel = "VARIABLE",
                description = "The same, from the environment.")
        private Optional<String> adminVariable = Optional.empty();

        @Option(
                names = "--readonly-url-from-env",
                paramLabel = "VARIABLE",
                description = "The same, from the environment.")
        private Optional<String> readonlyVariable = Optional.empty();

        @Override
        public void run() {
            Optional<String> readonly = readonlyUrl.or(() -> readonlyVariable.map(environment()::required));
            Map<String, Object> body = body(
                    "admin_url",
                    adminUrl.or(() -> adminVariable.map(environment()::required))
                            .orElse(""),
                    "readonly_url",
                    readonly);
            output().message(ask(databasePath("/migrate_database"), body, Map.of()));
        }
    }

    @Command(name = "list", description = "Lists the moves.", footer = "webhookdb db migrations list")
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(databasePath("/migrations")));
        }
    }

    @Command(
            name = "cancel",
            description = "Leaves the organization where it is, and removes what was copied into your database so far.",
            footer = "webhookdb db migrations cancel")
    static final class Cancel extends OrganizationCommand {
        @Override
        public void run() {
            output().message(api().post(databasePath("/migrations/cancel"), body()));
        }
    }
}
