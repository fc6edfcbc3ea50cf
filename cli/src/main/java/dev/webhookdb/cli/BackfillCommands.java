package dev.webhookdb.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code backfill}: reads what a provider's API lists, and shows how far that is. */
@Command(
        name = "backfill",
        description = {
            "Reads all that the provider's API lists into the integration's table, and asks for what that takes.",
            "On a terminal it shows how far it is; the server goes on with it when you leave with Ctrl-C."
        },
        footer = {
            "webhookdb backfill stripe_charge_v1",
            "webhookdb backfill stripe_charge_v1 --wait",
            "webhookdb backfill stripe_charge_v1 --set-from-env backfill_key=STRIPE_KEY"
        },
        subcommands = {
            BackfillCommands.Reset.class,
            BackfillCommands.Status.class,
            BackfillCommands.Cancel.class,
            BackfillCommands.Refused.class,
            BackfillCommands.Schedule.class
        })
final class BackfillCommands extends IntegrationCommand {
    private static final String BACKFILL = "/backfill";

    @Option(names = "--wait", description = "Return when it is done, also without a terminal.")
    private boolean wait;

    @Mixin
    private Settings settings;

    @Override
    public void run() {
        Settings.supply(api(), integrationPath(""), settings.read(environment()));
        Json begun = ask(integrationPath(BACKFILL), body(), Map.of());
        if (!wait && !environment().input().isPerson()) {
            output().text(begun.text("output"), begun);
            return;
        }
        output().hint(begun.text("output"));
        Json job = new BackfillWatch(api(), environment(), integrationPath(BACKFILL)).untilDone();
        output().text(outcome(job), job);
    }

    private static String outcome(Json job) {
        return "The backfill has %s: %s rows, of which %s were new or different, and %s could not be stored. %s"
                .formatted(
                        job.text("state"),
                        job.text("rows"),
                        job.text("changed"),
                        job.text("refused"),
                        job.text("unread"))
                .strip();
    }

    @Command(
            name = "reset",
            description =
                    "Asks again for what backfills need, for example after the API key was changed, and begins one.",
            footer = "webhookdb backfill reset stripe_charge_v1")
    static final class Reset extends IntegrationCommand implements Forcible {
        @Mixin
        private Settings settings;

        @Override
        public void run() {
            Conversation conversation = new Conversation(api(), environment(), settings.read(environment()), Map.of());
            Json done = conversation
                    .post(integrationPath(BACKFILL + "/reset"), body())
                    .body();
            Settings.supply(api(), integrationPath(""), conversation.unused());
            output().text(done.text("output"), done);
        }
    }

    @Command(
            name = "status",
            description = "Lists an integration's backfills, the newest first.",
            footer = {"webhookdb backfill status stripe_charge_v1", "webhookdb backfill status stripe_charge_v1 --watch"
            })
    static final class Status extends IntegrationCommand {
        @Option(names = "--watch", description = "Show how far the newest one is until it is done.")
        private boolean watch;

        @Override
        public void run() {
            if (watch) {
                new BackfillWatch(api(), environment(), integrationPath(BACKFILL)).untilDone();
            }
            Json jobs = api().get(integrationPath(BACKFILL + "/jobs"));
            output().list(jobs);
            output().hintPeople(jobs.text("schedule").isEmpty() ? "" : jobs.text("schedule") + ".");
        }
    }

    @Command(
            name = "cancel",
            description = "Cancels the backfill that is under way. What was listed stays.",
            footer = "webhookdb backfill cancel stripe_charge_v1")
    static final class Cancel extends IntegrationCommand {
        @Override
        public void run() {
            output().message(api().post(integrationPath(BACKFILL + "/cancel"), body()));
        }
    }

    @Command(
            name = "refused",
            description = "Lists resources that the newest backfill could not store, and why.",
            footer = "webhookdb backfill refused stripe_charge_v1")
    static final class Refused extends IntegrationCommand {
        @Override
        public void run() {
            output().list(api().get(integrationPath(BACKFILL + "/refused")));
        }
    }

    @Command(
            name = "schedule",
            description = "Sets how often an integration is read again by itself: a poll, or a reconciliation.",
            footer = {
                "webhookdb backfill schedule stripe_charge_v1 6h",
                "webhookdb backfill schedule stripe_charge_v1 usual"
            })
    static final class Schedule extends IntegrationCommand implements Forcible {
        private static final List<String> WORDS = List.of("never", "usual");

        @Parameters(
                paramLabel = "INTERVAL",
                index = "1",
                description = "For example 15m, 6h or 1d, at least a minute; 'never', or 'usual'.")
        private String interval;

        @Override
        public void run() {
            boolean word = Set.copyOf(WORDS).contains(interval.toLowerCase(Locale.ROOT));
            String every = word ? interval : When.duration(interval).toString();
            output().message(api().post(integrationPath(BACKFILL + "/schedule"), body("every", every)));
        }
    }
}
