package dev.webhookdb.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "integrations", description = "Integrations: each keeps one kind of a provider's objects in one table.")
final class IntegrationCommands {
    private static final String[] COLUMNS = {"service_name", "table_name", "opaque_id", "url"};
    private static final int BAD_REQUEST = 400;

    private IntegrationCommands() {}

    static CommandLine group(Environment environment) {
        return ServerCommand.group(
                new IntegrationCommands(),
                new Create(environment),
                new ListAll(environment),
                new BackfillCommands.SupplySettings(environment));
    }

    @Command(
            name = "create",
            description = {
                "Creates integrations and prints the URL to send webhooks to.",
                "Services of one provider share one URL and one secret. What the provider's connector needs is asked for"
                        + " on a terminal, or comes from the options."
            })
    private static final class Create extends ServerCommand {
        @Mixin
        private OrganizationOption organization;

        @Mixin
        private Settings settings;

        @Parameters(
                paramLabel = "SERVICE",
                arity = "1..*",
                description = "For example stripe_charge_v1: see 'webhookdb connectors list'.")
        private List<String> services;

        Create(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            Json created = create(connect(), organization.path() + "/integrations", settings.read(environment()));
            print(withUrl(created), COLUMNS);
            tellMessageOf(created);
        }

        private Json create(OperatorApi api, String path, Map<String, Object> given) {
            while (true) {
                OperatorApi.Answer answer = api.sendJson(path, Map.of("services", services, "settings", given));
                Map<String, String> missing = missing(answer);
                if (missing.isEmpty() || given.keySet().containsAll(missing.keySet())) {
                    return api.accepted(answer);
                }
                Environment.Terminal terminal = environment().terminal().orElseThrow(() -> refusal(missing));
                List<String> secrets = answer.body().at("error").strings("secret_fields");
                missing.forEach((name, help) -> given.put(name, ask(terminal, name, help, secrets.contains(name))));
            }
        }

        private String ask(Environment.Terminal terminal, String name, String help, boolean secret) {
            environment().tell(help);
            Optional<String> answer = terminal.ask(name + (secret ? " (not shown): " : ": "), secret);
            return answer.map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .orElseThrow(() -> Failure.ofUsage("Without " + name + " no integration is created."));
        }
    }

    @Command(name = "list", description = "Lists an organization's integrations and their tables.")
    private static final class ListAll extends ServerCommand {
        @Mixin
        private OrganizationOption organization;

        ListAll(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            Json answer = connect().get(organization.path() + "/integrations");
            print(answer.items("items"), COLUMNS);
            tellMessageOf(answer);
        }
    }

    /** The settings without which the server refused to create, with help for each. */
    private static Map<String, String> missing(OperatorApi.Answer answer) {
        Json error = answer.body().at("error");
        boolean asks = answer.status() == BAD_REQUEST && error.text("code").equals("missing_settings");
        return asks ? error.texts("field_errors") : Map.of();
    }

    private static Failure refusal(Map<String, String> missing) {
        String names = String.join(", ", missing.keySet());
        String help = missing.entrySet().stream()
                .map(setting -> "\n  " + setting.getKey() + ": " + setting.getValue())
                .collect(Collectors.joining());
        return Failure.ofUsage(
                "Missing: " + names + ". Give it with --set-from-env NAME=VARIABLE, --set-from-file NAME=FILE"
                        + " or --set NAME=VALUE, or run the command on a terminal, which asks for it." + help);
    }

    /** The created integrations, each with the URL that they share: the one to tell the provider. */
    private static List<Json> withUrl(Json created) {
        String url = created.at("endpoint").text("url");
        return created.items("items").stream()
                .map(item -> url.isEmpty() ? item : item.with("url", url))
                .toList();
    }
}
