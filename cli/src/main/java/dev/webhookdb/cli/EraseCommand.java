package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code integrations erase}: forgets a person. */
@Command(
        name = "erase",
        description = {
            "Erases everything but the key of a row, for ever: no webhook and no backfill fills it again.",
            "The bodies of webhooks that name it are emptied, and what is kept of its changes. Only admins may."
        },
        footer = {
            "webhookdb integrations erase stripe_customer_v1 cus_4QFJOjw2pOmAGJ",
            "webhookdb integrations erase stripe_customer_v1 cus_4QFJOjw2pOmAGJ --yes"
        })
final class EraseCommand extends IntegrationCommand {
    @Parameters(paramLabel = "KEY", index = "1", arity = "0..1", description = "What identifies the row.")
    private Optional<String> key = Optional.empty();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean confirmed;

    @Override
    public void run() {
        Map<String, Object> body = body("key", key.orElse(""), "guard_confirm", MemberCommands.confirmation(confirmed));
        output().message(ask(integrationPath("/erase"), body, Map.of("key", "KEY", "guard_confirm", "--yes")));
    }
}
