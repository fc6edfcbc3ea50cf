package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dbsync}: databases that are sent the changed rows of tables. The server knows no kind of them yet, and says so. */
@Command(
        name = "dbsync",
        description =
                "Databases that are sent the changed rows of tables. No kind of database is there yet: see httpsync.",
        subcommands = {
            DbSyncCommands.Create.class,
            DbSyncCommands.ListAll.class,
            DbSyncCommands.Info.class,
            DbSyncCommands.Update.class,
            DbSyncCommands.UpdateCredentials.class,
            DbSyncCommands.Trigger.class,
            DbSyncCommands.Pause.class,
            DbSyncCommands.Resume.class,
            DbSyncCommands.Delete.class,
            DbSyncCommands.Stats.class
        })
final class DbSyncCommands {
    private DbSyncCommands() {}

    /** Where rows go, and how often. */
    static final class Options {
        @Option(names = "--period", paramLabel = "SECONDS", description = "How long to wait between syncs.")
        private Optional<Integer> period = Optional.empty();

        @Option(
                names = {"--pagesize", "--page-size"},
                paramLabel = "ROWS",
                description = "How many rows are written at once.")
        private Optional<Integer> pageSize = Optional.empty();

        @Option(names = "--schema", paramLabel = "SCHEMA", description = "The schema there.")
        private Optional<String> schema = Optional.empty();

        @Option(names = "--table", paramLabel = "TABLE", description = "The table there.")
        private Optional<String> table = Optional.empty();

        private Map<String, Object> given() {
            return ServerCommand.body(
                    "period_seconds", period, "page_size", pageSize, "schema", schema, "table", table);
        }
    }

    @Command(
            name = "create",
            description =
                    "Sends the changed rows of an integration's table to a database. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync create stripe_customer_v1 --connection-url-from-env WAREHOUSE_URL --period 60")
    static final class Create extends SyncCreation {
        @Mixin
        private Options options;

        @Override
        public void run() {
            create(options.given());
        }
    }

    @Command(
            name = "update",
            description = "Changes what is given. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync update syt_4c2f --period 120")
    static final class Update extends SyncTargetCommand {
        @Mixin
        private Options options;

        @Override
        public void run() {
            tell("/update", options.given(), Map.of());
        }
    }

    @Command(
            name = "list",
            description = "Lists them. No kind of database is there yet, so the list is empty.",
            footer = "webhookdb dbsync list")
    static final class ListAll extends SyncCommands.ListAll {}

    @Command(
            name = "info",
            description = "Shows one. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync info syt_4c2f")
    static final class Info extends SyncCommands.Info {}

    @Command(
            name = "update-creds",
            description = "Changes a user and password. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync update-creds syt_4c2f --user somebody")
    static final class UpdateCredentials extends SyncCommands.UpdateCredentials {}

    @Command(
            name = "trigger",
            description = "Syncs one at once. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync trigger syt_4c2f")
    static final class Trigger extends SyncCommands.Trigger {}

    @Command(
            name = "pause",
            description = "Pauses one. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync pause syt_4c2f")
    static final class Pause extends SyncCommands.Pause {}

    @Command(
            name = "resume",
            description = "Goes on with one. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync resume syt_4c2f")
    static final class Resume extends SyncCommands.Resume {}

    @Command(
            name = "delete",
            description = "Deletes one. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync delete syt_4c2f")
    static final class Delete extends SyncCommands.Delete {}

    @Command(
            name = "stats",
            description = "Shows how far one is. No kind of database is there yet, so this is refused.",
            footer = "webhookdb dbsync stats syt_4c2f")
    static final class Stats extends SyncCommands.Stats {}
}
