package dev.webhookdb.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "org", description = "Organizations: each has its own database and its own integrations.")
final class OrganizationCommands {
    private static final String PATH = "/v1/operator/organizations";
    private static final String[] COLUMNS = {"id", "key", "name"};

    private OrganizationCommands() {}

    static CommandLine group(Environment environment) {
        return ServerCommand.group(new OrganizationCommands(), new Create(environment), new ListAll(environment));
    }

    @Command(name = "create", description = "Creates an organization and its database, and prints its key.")
    private static final class Create extends ServerCommand {
        @Parameters(paramLabel = "NAME", description = "What people call it, for example \"Lithic Tech\".")
        private String name;

        Create(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            Json created = connect().post(PATH, Map.of("name", name));
            print(List.of(created), COLUMNS);
            tellMessageOf(created);
        }
    }

    @Command(name = "list", description = "Lists the organizations.")
    private static final class ListAll extends ServerCommand {
        ListAll(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            Json answer = connect().get(PATH);
            print(answer.items("items"), COLUMNS);
            tellMessageOf(answer);
        }
    }
}
