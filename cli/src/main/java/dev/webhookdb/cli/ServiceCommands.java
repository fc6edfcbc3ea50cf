package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code services}: what can be replicated. */
@Command(
        name = "services",
        aliases = "service",
        description = "What can be replicated.",
        subcommands = ServiceCommands.ListAll.class)
final class ServiceCommands {
    @Command(name = "list", description = "Lists the services.", footer = "webhookdb services list")
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path("/services")));
        }
    }

    /** {@code fixtures}: a service's table for tests; it takes no log-in. */
    @Command(
            name = "fixtures",
            aliases = "fixture",
            description = "Prints a service's table for the test database of an application. It takes no log-in.",
            footer = {
                "webhookdb fixtures stripe_charge_v1 | psql mytest",
                "webhookdb fixtures stripe_charge_v1 --table charges --sample",
                "webhookdb fixtures stripe_charge_v1 --format json-schema"
            })
    static final class Fixtures extends ServerCommand {
        @Option(
                names = {"-s", "--service"},
                paramLabel = "SERVICE",
                description = "The service, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(
                paramLabel = "SERVICE",
                arity = "0..1",
                description = "For example stripe_charge_v1: see 'webhookdb services list'.")
        private Optional<String> argument = Optional.empty();

        @Option(
                names = {"-f", "--format"},
                paramLabel = "FORMAT",
                defaultValue = "sql",
                description =
                        "What to print: sql for CREATE TABLE, or json-schema for what a row looks like. Default: ${DEFAULT-VALUE}.")
        private Form form;

        @Option(names = "--sample", description = "Print also an INSERT of a row.")
        private boolean sample;

        @Option(
                names = "--table",
                paramLabel = "NAME",
                description = "What the table is called. Default: the service and _fixture.")
        private Optional<String> table = Optional.empty();

        enum Form {
            sql("sql"),
            jsonSchema("json-schema");

            private final String text;

            Form(String text) {
                this.text = text;
            }

            @Override
            public String toString() {
                return text;
            }
        }

        @Override
        public void run() {
            String service = required(option, argument, "Which service");
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("format", form == Form.sql ? "" : form.toString());
            parameters.put("sample", sample ? "true" : "");
            parameters.put("table", table.orElse(""));
            Json answer =
                    anonymous().api().get("/v1/services/" + Api.encoded(service) + "/fixtures" + Api.query(parameters));
            switch (form) {
                case sql -> {
                    output().line(answer.text("schema_sql").stripTrailing());
                    if (answer.has("sample_sql")) {
                        output().line(answer.text("sample_sql").stripTrailing());
                    }
                }
                case jsonSchema -> output().json(answer.at("json_schema"));
            }
            output().hint(answer.text("message"));
        }
    }
}
