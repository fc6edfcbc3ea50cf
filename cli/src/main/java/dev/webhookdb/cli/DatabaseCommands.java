package dev.webhookdb.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code db}: an organization's data. */
@Command(
        name = "db",
        aliases = "database",
        description = "An organization's database: connect to it, query it, take it elsewhere.",
        subcommands = {
            DatabaseCommands.ConnectionUrl.class,
            SqlCommand.class,
            PsqlCommand.class,
            DatabaseCommands.Tables.class,
            DatabaseCommands.RollCredentials.class,
            DatabaseCommands.RenameTable.class,
            DatabaseCommands.ForeignDataWrapper.class,
            MigrationCommands.class
        })
final class DatabaseCommands {
    @Command(
            name = "connection",
            description = "Prints the connection URL of a role that may only read.",
            footer = "psql \"$(webhookdb db connection)\"")
    static final class ConnectionUrl extends OrganizationCommand {
        @Override
        public void run() {
            output().value("connection_url", api().get(databasePath("/connection")));
        }
    }

    @Command(name = "tables", description = "Lists the tables.", footer = "webhookdb db tables")
    static final class Tables extends OrganizationCommand {
        @Override
        public void run() {
            Json answer = api().get(databasePath("/tables"));
            switch (output().format()) {
                case table -> answer.strings("tables").forEach(name -> output().line(Text.printable(name)));
                case csv -> answer.strings("tables").forEach(name -> output().line(Csv.line(List.of(name))));
                case json -> output().json(answer.at("tables"));
                case raw -> output().json(answer);
            }
            output().hint(answer.text("message"));
        }
    }

    @Command(
            name = "roll-credentials",
            description =
                    "Gives the role that may only read another name and password. The old connection URL stops working.",
            footer = {"webhookdb db roll-credentials", "webhookdb db roll-credentials --confirm"})
    static final class RollCredentials extends OrganizationCommand {
        @Option(
                names = {"-c", "--confirm"},
                description = "Do not ask.")
        private boolean confirm;

        @Override
        public void run() {
            output().message(ask(
                    databasePath("/roll_credentials"),
                    body("guard_confirm", MemberCommands.confirmation(confirm)),
                    Map.of("guard_confirm", "--confirm")));
        }
    }

    @Command(
            name = "rename-table",
            description = {
                "Gives an integration's table another name.",
                "A name begins with a letter; letters, digits, underscores and spaces may follow."
            },
            footer = "webhookdb db rename-table stripe_charge_v1 --new-name charges")
    static final class RenameTable extends IntegrationCommand implements Forcible {
        @Option(
                names = {"-n", "--new-name"},
                paramLabel = "NAME",
                defaultValue = "",
                description = "The new name, which is asked for otherwise.")
        private String name;

        @Override
        public void run() {
            output().message(ask(integrationPath("/rename_table"), body("new_name", name), Map.of()));
        }
    }

    @Command(
            name = "fdw",
            description = {
                "Prints the SQL that makes the tables readable from another PostgreSQL, through postgres_fdw,"
                        + " and copies of them as materialized views.",
                "It holds the password of the role that may only read."
            },
            footer = {"webhookdb db fdw | psql myapp", "webhookdb db fdw --views", "webhookdb db fdw --raw"})
    static final class ForeignDataWrapper extends OrganizationCommand {
        @Option(names = "--fdw", description = "Only the foreign server and tables.")
        private boolean server;

        @Option(names = "--views", description = "Only the materialized views.")
        private boolean views;

        @Option(names = "--all", description = "Both, as without any of the three.")
        private boolean all;

        @Option(names = "--raw", description = "Everything as JSON.")
        private boolean raw;

        @Option(
                names = "--remote",
                paramLabel = "NAME",
                defaultValue = "webhookdb_remote",
                description = "What the foreign server is called. Default: ${DEFAULT-VALUE}.")
        private String remote;

        @Option(
                names = "--fetch",
                paramLabel = "N",
                defaultValue = "50000",
                description = "How many rows are fetched at a time. Default: ${DEFAULT-VALUE}.")
        private String fetch;

        @Option(
                names = "--into-schema",
                paramLabel = "NAME",
                defaultValue = "webhookdb_remote",
                description = "The schema of the foreign tables. Default: ${DEFAULT-VALUE}.")
        private String schema;

        @Option(
                names = "--views-schema",
                paramLabel = "NAME",
                defaultValue = "webhookdb",
                description = "The schema of the materialized views. Default: ${DEFAULT-VALUE}.")
        private String viewsSchema;

        @Override
        public void run() {
            Json answer = api().post(
                            databasePath("/fdw"),
                            body(
                                    "message_fdw", server,
                                    "message_views", views,
                                    "message_all", all,
                                    "remote_server_name", remote,
                                    "fetch_size", fetch,
                                    "local_schema", schema,
                                    "view_schema", viewsSchema));
            if (raw) {
                output().json(answer);
            } else {
                output().line(answer.text("message").stripTrailing());
            }
        }
    }
}
