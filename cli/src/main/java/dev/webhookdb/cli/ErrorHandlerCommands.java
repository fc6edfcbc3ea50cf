package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code error-handler}: who is told when something goes wrong. */
@Command(
        name = "error-handler",
        aliases = "error-handlers",
        description = "Who is told, besides the admins by mail, when deliveries are rejected, fail or stop.",
        subcommands = {
            ErrorHandlerCommands.Create.class,
            ErrorHandlerCommands.ListAll.class,
            ErrorHandlerCommands.Delete.class
        })
final class ErrorHandlerCommands {
    private static final String ALL = "/error_handlers";

    @Command(
            name = "create",
            description = "Tells a URL, as JSON, or a project of Sentry, by its DSN.",
            footer = {
                "webhookdb error-handler create --url https://hooks.example.com/webhookdb",
                "webhookdb error-handler create --url https://key@sentry.example.com/42"
            })
    static final class Create extends OrganizationCommand {
        @Option(
                names = {"-u", "--url"},
                paramLabel = "URL",
                defaultValue = "",
                description = "The URL, which is asked for otherwise.")
        private String url;

        @Override
        public void run() {
            output().message(ask(path(ALL + "/create"), body("url", url), Map.of()));
        }
    }

    @Command(name = "list", description = "Lists them.", footer = "webhookdb error-handler list")
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path(ALL)));
        }
    }

    @Command(
            name = "delete",
            description = "Tells it nothing any more.",
            footer = "webhookdb error-handler delete oeh_4c2f")
    static final class Delete extends OrganizationCommand implements Forcible {
        @Option(
                names = {"-e", "--error-handler"},
                paramLabel = "ID",
                description = "The error handler, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(paramLabel = "ID", arity = "0..1", description = "Its id: see 'webhookdb error-handler list'.")
        private Optional<String> argument = Optional.empty();

        @Override
        public void run() {
            String id = required(option, argument, "Which error handler");
            output().message(api().post(path(ALL + "/" + Api.encoded(id) + "/delete"), Map.of()));
        }
    }
}
