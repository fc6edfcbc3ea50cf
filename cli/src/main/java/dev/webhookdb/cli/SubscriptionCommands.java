package dev.webhookdb.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code subscription}: what the organization pays, where the installation has billing. */
@Command(
        name = "subscription",
        aliases = {"subscriptions", "sub", "subs"},
        description = "What the organization pays, where the installation has billing.",
        subcommands = {
            SubscriptionCommands.Info.class,
            SubscriptionCommands.Edit.class,
            SubscriptionCommands.Plans.class
        })
final class SubscriptionCommands {
    private static final String ALL = "/subscriptions";

    @Command(
            name = "info",
            description = "Shows the plan, and what is used of it.",
            footer = "webhookdb subscription info")
    static final class Info extends OrganizationCommand {
        @Override
        public void run() {
            output().one(api().get(path(ALL)));
        }
    }

    @Command(
            name = "edit",
            description = "Prints the address at which the plan can be changed.",
            footer = "webhookdb subscription edit --plan monthly")
    static final class Edit extends OrganizationCommand {
        @Option(
                names = {"-p", "--plan"},
                paramLabel = "PLAN",
                defaultValue = "",
                description = "Which one: see 'webhookdb subscription plans'.")
        private String plan;

        @Override
        public void run() {
            output().value("url", ask(path(ALL + "/open_portal"), body("plan", plan), Map.of()));
        }
    }

    @Command(name = "plans", description = "Lists the plans.", footer = "webhookdb subscription plans")
    static final class Plans extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path(ALL + "/plans")));
        }
    }
}
