package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code auth token}: tokens for programs. */
@Command(
        name = "token",
        aliases = "tokens",
        description = "Tokens with which programs do what you allow them, in one organization.",
        subcommands = {TokenCommands.Create.class, TokenCommands.ListAll.class, TokenCommands.Revoke.class})
final class TokenCommands {
    @Command(
            name = "create",
            description = {
                "Makes a token and prints it, this one time.",
                "Programs give it in WEBHOOKDB_API_TOKEN, or send it as 'Authorization: Bearer TOKEN'."
            },
            footer = {
                "webhookdb auth token create ci --role viewer",
                "export WEBHOOKDB_API_TOKEN=\"$(webhookdb auth token create deploy --role admin --expires-in-days 90)\""
            })
    static final class Create extends OrganizationCommand {
        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                description = "What it is for, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(paramLabel = "NAME", arity = "0..1", description = "What it is for.")
        private Optional<String> argument = Optional.empty();

        @Option(
                names = {"-r", "--role"},
                paramLabel = "ROLE",
                defaultValue = "member",
                description = "What it may do: admin, member or viewer. Default: ${DEFAULT-VALUE}.")
        private String role;

        @Option(
                names = "--expires-in-days",
                paramLabel = "N",
                description = "When it stops working. Default: when it is revoked.")
        private Optional<Integer> days = Optional.empty();

        @Override
        public void run() {
            String name = required(option, argument, "What is the token for");
            output().value(
                            "token",
                            api().post(
                                            path("/tokens/create"),
                                            body("name", name, "role", role, "expires_in_days", days)));
        }
    }

    @Command(
            name = "list",
            description = "Lists the organization's tokens, and when they were used.",
            footer = "webhookdb auth token list")
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path("/tokens")));
        }
    }

    @Command(
            name = "revoke",
            aliases = "delete",
            description = "Makes a token worthless, at once.",
            footer = "webhookdb auth token revoke tok_4c2f")
    static final class Revoke extends OrganizationCommand implements Forcible {
        @Parameters(paramLabel = "ID", description = "Its id or name: see 'webhookdb auth token list'.")
        private String id;

        @Override
        public void run() {
            output().message(api().post(path("/tokens/" + Api.encoded(id) + "/revoke"), body()));
        }
    }
}
