package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code saved-query}: queries with a name, which may also be run by a URL. */
@Command(
        name = "saved-query",
        aliases = {"saved-queries", "custom-query", "custom-queries"},
        description = "Queries that are kept, and run again by their id; public ones by a URL, without a log-in.",
        subcommands = {
            SavedQueryCommands.Create.class,
            SavedQueryCommands.ListAll.class,
            SavedQueryCommands.Update.class,
            SavedQueryCommands.Info.class,
            SavedQueryCommands.Run.class,
            SavedQueryCommands.Delete.class
        })
final class SavedQueryCommands {
    private static final String ALL = "/saved_queries";

    /** A command about one of them. */
    abstract static class OneQuery extends OrganizationCommand {
        @Option(
                names = {"-q", "--saved-query"},
                paramLabel = "ID",
                description = "The query, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(paramLabel = "ID", arity = "0..1", description = "Its id: see 'webhookdb saved-query list'.")
        private Optional<String> argument = Optional.empty();

        final String queryPath(String below) {
            return path(ALL + "/" + Api.encoded(required(option, argument, "Which saved query")) + below);
        }
    }

    @Command(
            name = "create",
            description = "Keeps a query. It is tried first.",
            footer = {
                "webhookdb saved-query create",
                "webhookdb saved-query create --description 'Charges by day' --sql 'SELECT 1' --public"
            })
    static final class Create extends OrganizationCommand {
        @Option(
                names = {"-d", "--description", "--desc"},
                paramLabel = "TEXT",
                defaultValue = "",
                description = "What it tells, which is asked for otherwise.")
        private String description;

        @Mixin
        private QueryOption query;

        @Option(names = "--public", description = "Anybody who knows its URL may run it.")
        private boolean isPublic;

        @Override
        public void run() {
            Map<String, Object> body = body("description", description, "sql", query.sql(), "public", isPublic);
            output().message(ask(path(ALL + "/create"), body, Map.of()));
        }
    }

    @Command(name = "list", description = "Lists them.", footer = "webhookdb saved-query list")
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path(ALL)));
        }
    }

    @Command(
            name = "update",
            aliases = {"edit", "modify"},
            description = "Changes one.",
            footer = "webhookdb saved-query update svq_4c2f --field public --value false")
    static final class Update extends OneQuery implements Forcible {
        @Option(
                names = {"-f", "--field"},
                paramLabel = "FIELD",
                defaultValue = "",
                description = "What to change: description, sql or public.")
        private String field;

        @Option(
                names = {"-v", "--value"},
                paramLabel = "VALUE",
                defaultValue = "",
                description = "What it becomes, which is asked for otherwise.")
        private String value;

        @Override
        public void run() {
            output().message(ask(queryPath("/update"), body("field", field, "value", value), Map.of()));
        }
    }

    @Command(
            name = "info",
            description = "Shows one.",
            footer = {
                "webhookdb saved-query info svq_4c2f",
                "curl \"$(webhookdb saved-query info svq_4c2f --field run_url)\""
            })
    static final class Info extends OneQuery {
        @Option(
                names = {"-f", "--field"},
                paramLabel = "FIELD",
                defaultValue = "",
                description = "Only this: id, description, public, run_url or sql.")
        private String field;

        @Override
        public void run() {
            output().blocks(api().post(queryPath("/info"), body("field", field)));
        }
    }

    @Command(
            name = "run",
            description = {"Runs one, and prints its rows.", "Ctrl-C cancels it on the server, too."},
            footer = "webhookdb saved-query run svq_4c2f --format csv")
    static final class Run extends OneQuery {
        @Mixin
        private RowOptions rows;

        @Override
        public void run() {
            CancellableStatement statement = statement();
            String path = queryPath("/run") + Api.query(Map.of("key", statement.key()));
            rows.print(statement.during(() -> api().get(path)), environment(), output());
        }
    }

    @Command(
            name = "delete",
            description = "Forgets one. Its URL stops working.",
            footer = "webhookdb saved-query delete svq_4c2f")
    static final class Delete extends OneQuery implements Forcible {
        @Override
        public void run() {
            output().message(api().post(queryPath("/delete"), body()));
        }
    }
}
