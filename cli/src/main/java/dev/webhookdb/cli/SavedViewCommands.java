package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code saved-view}: views in the organization's database. */
@Command(
        name = "saved-view",
        aliases = {"saved-views", "view", "views"},
        description = "Views in the organization's database, which show what the role that may only read may see.",
        subcommands = {
            SavedViewCommands.CreateOrReplace.class,
            SavedViewCommands.ListAll.class,
            SavedViewCommands.Delete.class
        })
final class SavedViewCommands {
    private static final String ALL = "/saved_views";

    @Command(
            name = "create-or-replace",
            aliases = {"create", "replace", "new", "update"},
            description = "Creates a view, or gives it another query.",
            footer =
                    "webhookdb saved-view create --name paid --sql \"SELECT * FROM stripe_charge_v1_d50b WHERE status = 'succeeded'\"")
    static final class CreateOrReplace extends OrganizationCommand implements Forcible {
        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                defaultValue = "",
                description = "What the view is called, which is asked for otherwise.")
        private String name;

        @Mixin
        private QueryOption query;

        @Override
        public void run() {
            output().message(ask(path(ALL + "/create_or_replace"), body("name", name, "sql", query.sql()), Map.of()));
        }
    }

    @Command(name = "list", description = "Lists them.", footer = "webhookdb saved-view list")
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path(ALL)));
        }
    }

    @Command(name = "delete", description = "Drops a view.", footer = "webhookdb saved-view delete paid")
    static final class Delete extends OrganizationCommand implements Forcible {
        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                description = "The view, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(paramLabel = "NAME", arity = "0..1", description = "Its name: see 'webhookdb saved-view list'.")
        private Optional<String> argument = Optional.empty();

        @Override
        public void run() {
            String name = required(option, argument, "Which view");
            output().message(ask(path(ALL + "/delete"), body("name", name), Map.of()));
        }
    }
}
