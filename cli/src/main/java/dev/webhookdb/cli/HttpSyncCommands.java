package dev.webhookdb.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code httpsync}: endpoints that are sent the changed rows of tables, page by page. */
@Command(
        name = "httpsync",
        description = "Endpoints of yours that are sent the changed rows of tables: in order, a page at a time.",
        subcommands = {
            HttpSyncCommands.Create.class,
            HttpSyncCommands.ListAll.class,
            HttpSyncCommands.Info.class,
            HttpSyncCommands.Update.class,
            HttpSyncCommands.UpdateCredentials.class,
            HttpSyncCommands.Trigger.class,
            HttpSyncCommands.Pause.class,
            HttpSyncCommands.Resume.class,
            HttpSyncCommands.Delete.class,
            HttpSyncCommands.Stats.class
        })
final class HttpSyncCommands {
    private HttpSyncCommands() {}

    @Command(
            name = "create",
            description = {
                "Sends the changed rows of an integration's table to an endpoint of yours, once that took a page without rows.",
                "What is not given is asked for. A URL with a password is better not written into a command, where others see it:"
                        + " it is asked for, or comes from the environment."
            },
            footer = {
                "webhookdb httpsync create stripe_customer_v1",
                "webhookdb httpsync create stripe_customer_v1 --connection-url-from-env SYNC_URL --period 60 --pagesize 500",
                "webhookdb httpsync create -i svi_abcdefqwerty -u https://user:password@api.example.com/sync --on-change --initial none"
            })
    static final class Create extends SyncCreation {
        @Mixin
        private SyncOptions options;

        @Mixin
        private SecretOption secret;

        @Mixin
        private InitialOption initial;

        @Override
        public void run() {
            Map<String, Object> how = initial.given();
            how.putAll(body("secret", secret.given(environment()).map(String::strip)));
            how.putAll(options.given());
            create(how);
        }
    }

    @Command(
            name = "update",
            description = "Changes what is given, and leaves the rest. A page that was made already stays as it is.",
            footer = {
                "webhookdb httpsync update syt_4c2f --period 120",
                "webhookdb httpsync update syt_4c2f --on-change --pagesize 100 --timeout 300"
            })
    static final class Update extends SyncTargetCommand implements Forcible {
        @Mixin
        private SyncOptions options;

        @Override
        public void run() {
            update(options.given());
        }
    }

    @Command(name = "list", description = "Lists them, with how far each is.", footer = "webhookdb httpsync list")
    static final class ListAll extends SyncCommands.ListAll {}

    @Command(
            name = "info",
            description = "Shows one, without its credentials.",
            footer = "webhookdb httpsync info syt_4c2f")
    static final class Info extends SyncCommands.Info {}

    @Command(
            name = "update-creds",
            description = "Changes the user and password that an endpoint is told, once it took a page with them.",
            footer = {
                "webhookdb httpsync update-creds syt_4c2f",
                "webhookdb httpsync update-creds syt_4c2f --user somebody --password-from-env ENDPOINT_PASSWORD"
            })
    static final class UpdateCredentials extends SyncCommands.UpdateCredentials {}

    @Command(
            name = "trigger",
            description = "Syncs one at once, also while it waits because its endpoint failed.",
            footer = "webhookdb httpsync trigger syt_4c2f")
    static final class Trigger extends SyncCommands.Trigger {}

    @Command(
            name = "pause",
            description = "Sends nothing until it is resumed; what changes meanwhile is sent then.",
            footer = "webhookdb httpsync pause syt_4c2f")
    static final class Pause extends SyncCommands.Pause {}

    @Command(
            name = "resume",
            description = "Sends again, at once, also to one that stands still.",
            footer = "webhookdb httpsync resume syt_4c2f")
    static final class Resume extends SyncCommands.Resume {}

    @Command(
            name = "delete",
            description = "Sends nothing any more. The table stays.",
            footer = {
                "webhookdb httpsync delete syt_4c2f",
                "webhookdb httpsync delete syt_4c2f --confirm stripe_customer_v1_16cd"
            })
    static final class Delete extends SyncCommands.Delete {}

    @Command(
            name = "stats",
            description =
                    "Shows how far one is, whether its endpoint fails, and what it was sent in the last 24 hours.",
            footer = {"webhookdb httpsync stats syt_4c2f", "webhookdb httpsync stats syt_4c2f --format json"})
    static final class Stats extends SyncCommands.Stats {}
}
