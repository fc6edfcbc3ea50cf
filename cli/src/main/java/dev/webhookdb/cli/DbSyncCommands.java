package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dbsync}: tables of other databases that are kept in step. */
@Command(
        name = "dbsync",
        description =
                "Copies of tables in other databases, which are kept in step. 'webhookdb destinations list' shows which kinds there are.",
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

    /** Which table rows go to, and how. */
    static final class Options {
        @Mixin
        private SyncOptions how;

        @Option(
                names = "--schema",
                paramLabel = "SCHEMA",
                description = "The schema or database there, if not the usual one of the connection.")
        private Optional<String> schema = Optional.empty();

        @Option(
                names = "--table",
                paramLabel = "TABLE",
                description = "The table there. A new target's has the name of the integration's.")
        private Optional<String> table = Optional.empty();

        private Map<String, Object> given() {
            Map<String, Object> given = new LinkedHashMap<>(how.given());
            given.putAll(ServerCommand.body("schema", schema, "table", table));
            return given;
        }
    }

    @Command(
            name = "create",
            description = {
                "Copies an integration's table to another database and keeps it in step, once the table could be made there.",
                "What is not given is asked for. A URL with a password is better not written into a command, where others see it:"
                        + " it is asked for, or comes from the environment."
            },
            footer = {
                "webhookdb dbsync create stripe_customer_v1",
                "webhookdb dbsync create stripe_customer_v1 --connection-url-from-env WAREHOUSE_URL --period 60",
                "webhookdb dbsync create -i svi_abcdefqwerty --connection-url-from-env WAREHOUSE_URL --on-change --schema analytics --table customers"
            })
    static final class Create extends SyncCreation {
        @Mixin
        private Options options;

        @Mixin
        private InitialOption initial;

        @Override
        public void run() {
            Map<String, Object> how = initial.given();
            how.putAll(options.given());
            create(how);
        }
    }

    @Command(
            name = "update",
            description =
                    "Changes what is given, and leaves the rest. Another table is filled from the beginning; the old one stays as it is.",
            footer = {
                "webhookdb dbsync update syt_4c2f --period 120",
                "webhookdb dbsync update syt_4c2f --schema analytics --table customers"
            })
    static final class Update extends SyncTargetCommand implements Forcible {
        @Mixin
        private Options options;

        @Override
        public void run() {
            update(options.given());
        }
    }

    @Command(name = "list", description = "Lists them, with how far each is.", footer = "webhookdb dbsync list")
    static final class ListAll extends SyncCommands.ListAll {}

    @Command(
            name = "info",
            description = "Shows one, without its credentials.",
            footer = "webhookdb dbsync info syt_4c2f")
    static final class Info extends SyncCommands.Info {}

    @Command(
            name = "update-creds",
            description = "Changes as whom a database is written, once it let that user in.",
            footer = {
                "webhookdb dbsync update-creds syt_4c2f --user somebody",
                "webhookdb dbsync update-creds syt_4c2f --user somebody --password-from-env WAREHOUSE_PASSWORD"
            })
    static final class UpdateCredentials extends SyncCommands.UpdateCredentials {}

    @Command(
            name = "trigger",
            description = {
                "Brings one up to date at once, also while it waits because the database failed.",
                "The rows there are counted; a table that somebody changed is made anew, and rows that were refused are tried again."
            },
            footer = "webhookdb dbsync trigger syt_4c2f")
    static final class Trigger extends SyncCommands.Trigger {}

    @Command(
            name = "pause",
            description = "Writes nothing until it is resumed. What changes meanwhile is written then.",
            footer = "webhookdb dbsync pause syt_4c2f")
    static final class Pause extends SyncCommands.Pause {}

    @Command(
            name = "resume",
            description = "Lets one that is paused, or stopped, go on at once.",
            footer = "webhookdb dbsync resume syt_4c2f")
    static final class Resume extends SyncCommands.Resume {}

    @Command(
            name = "delete",
            description = "Ends one. Both tables stay as they are.",
            footer = "webhookdb dbsync delete syt_4c2f --confirm stripe_customer_v1_a1b2")
    static final class Delete extends SyncCommands.Delete {}

    @Command(
            name = "stats",
            description = "Shows how far one is, what failed, and which rows were refused.",
            footer = "webhookdb dbsync stats syt_4c2f")
    static final class Stats extends SyncCommands.Stats {}
}
