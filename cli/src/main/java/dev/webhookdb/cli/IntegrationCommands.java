package dev.webhookdb.cli;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code integrations}: what is replicated. */
@Command(
        name = "integrations",
        aliases = "integration",
        description = "Integrations: each keeps one kind of a provider's objects in one table.",
        subcommands = {
            IntegrationCommands.Create.class,
            IntegrationCommands.ListAll.class,
            IntegrationCommands.Setup.class,
            IntegrationCommands.Reset.class,
            IntegrationCommands.Info.class,
            IntegrationCommands.Stats.class,
            ComparisonCommands.class,
            IntegrationCommands.RollKey.class,
            IntegrationCommands.RotateSecret.class,
            EraseCommand.class,
            IntegrationCommands.Delete.class
        })
final class IntegrationCommands {
    private static final String ALL = "/service_integrations";

    @Command(
            name = "create",
            description = {
                "Creates an integration: shows the URL for its webhooks, and asks for what the provider's connector needs.",
                "A connector instead of a service, for example stripe, sets up all its services behind one URL with one secret.",
                "One that was left before it had all it needs is gone on with by the same command; 'webhookdb integrations list'"
                        + " shows it as unfinished.",
                "Without a terminal the answers come from --set, --set-from-env and --set-from-file, or from lines of"
                        + " standard input."
            },
            footer = {
                "webhookdb integrations create stripe_charge_v1",
                "webhookdb integrations create stripe --services all",
                "webhookdb integrations create stripe --services stripe_charge_v1,stripe_customer_v1",
                "webhookdb integrations create stripe_charge_v1 --set-from-env webhook_secret=STRIPE_SECRET"
            })
    static final class Create extends OrganizationCommand {
        @Option(
                names = {"-s", "--service"},
                paramLabel = "SERVICE",
                description = "The service, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(
                paramLabel = "SERVICE",
                arity = "0..1",
                description = "For example stripe_charge_v1, or a connector's id: see 'webhookdb services list'.")
        private Optional<String> argument = Optional.empty();

        @Option(
                names = "--services",
                paramLabel = "SERVICE",
                split = ",",
                description = "Of a connector, only these services; 'all' for all of them.")
        private List<String> services = List.of();

        @Option(
                names = {"-c", "--confirm"},
                description = "Do not ask when there is one of this service already.")
        private boolean confirm;

        @Mixin
        private Settings settings;

        @Override
        public void run() {
            String service = option.or(() -> argument).orElse("");
            Optional<String> chosen = Optional.of(String.join(",", services)).filter(names -> !names.isEmpty());
            Map<String, String> given = settings.read(environment());
            if (!given.isEmpty() && !service.isBlank()) {
                // what it would not take is refused before there is anything
                api().post(path(ALL + "/check"), body("service_name", service, "services", chosen, "settings", given));
            }
            Map<String, Object> body = body(
                    "service_name", service,
                    "services", chosen,
                    "guard_confirm", MemberCommands.confirmation(confirm));
            Conversation conversation = new Conversation(
                    api(), environment(), given, Map.of("service_name", "--service", "guard_confirm", "--confirm"));
            Json done = conversation.post(path(ALL + "/create"), body).body();
            supplyUnused(conversation);
            output().text(done.text("output"), done);
        }

        private void supplyUnused(Conversation conversation) {
            if (!conversation.unused().isEmpty()) {
                String path = conversation
                        .integrationPath()
                        .orElseThrow(
                                () -> Failure.ofUsage("The integration is created, but asked for no settings. Supply "
                                        + String.join(
                                                ", ", conversation.unused().keySet())
                                        + " with 'webhookdb integrations setup'."));
                Settings.supply(api(), path, conversation.unused());
            }
        }
    }

    @Command(
            name = "list",
            description = "Lists the organization's integrations and their tables.",
            footer = {"webhookdb integrations list", "webhookdb integrations list --org acme_corp --format csv"})
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path(ALL)));
        }
    }

    @Command(
            name = "setup",
            description = {
                "Asks for what the integration still needs for its webhooks, and shows their URL.",
                "With --set, --set-from-env and --set-from-file it supplies settings, or replaces them."
            },
            footer = {
                "webhookdb integrations setup stripe_charge_v1",
                "webhookdb integrations setup stripe_charge_v1 --set-from-env backfill_key=STRIPE_KEY"
            })
    static final class Setup extends IntegrationCommand implements Forcible {
        @Mixin
        private Settings settings;

        @Override
        public void run() {
            Settings.supply(api(), integrationPath(""), settings.read(environment()));
            Json done = ask(integrationPath("/setup"), body(), Map.of());
            output().text(done.text("output"), done);
        }
    }

    @Command(
            name = "reset",
            description = {
                "Asks again for what the integration needs for its webhooks, for example after the secret was changed.",
                "What was supplied counts until something else is."
            },
            footer = {
                "webhookdb integrations reset stripe_charge_v1",
                "webhookdb integrations reset stripe_charge_v1 --set-from-env webhook_secret=STRIPE_SECRET"
            })
    static final class Reset extends IntegrationCommand implements Forcible {
        @Mixin
        private Settings settings;

        @Override
        public void run() {
            Conversation conversation = new Conversation(api(), environment(), settings.read(environment()), Map.of());
            Json done = conversation.post(integrationPath("/reset"), body()).body();
            Settings.supply(api(), integrationPath(""), conversation.unused());
            output().text(done.text("output"), done);
        }
    }

    @Command(
            name = "info",
            description = "Shows an integration's URL, table and settings; secrets as ***.",
            footer = {
                "webhookdb integrations info stripe_charge_v1",
                "curl \"$(webhookdb integrations info stripe_charge_v1 --field url)\"",
                "webhookdb integrations info stripe_charge_v1 --field webhook_secret --reveal"
            })
    static final class Info extends IntegrationCommand {
        @Option(
                names = {"-f", "--field"},
                paramLabel = "FIELD",
                defaultValue = "",
                description =
                        "Only this: id, service, table, url, webhook_secret, webhookdb_api_key, api_url, api_version (that is asked for) or webhook_api_version (of the latest webhook).")
        private String field;

        @Option(names = "--reveal", description = "Show secrets, which admins may and which is noted in the audit log.")
        private boolean reveal;

        @Override
        public void run() {
            Optional<String> revealed = Optional.of("true").filter(text -> reveal);
            output().blocks(api().post(integrationPath("/info"), body("field", field, "reveal", revealed)));
        }
    }

    @Command(
            name = "stats",
            description = {
                "Shows how many webhooks came in during the last days, and what became of them: how many were rejected, applied and ignored, failed or wait, and whether one is lost; and how many rows changed and were told.",
                "What is lost is 0, unless something is wrong: then 'webhookdb status' says what to do."
            },
            footer = "webhookdb integrations stats stripe_charge_v1")
    static final class Stats extends IntegrationCommand {
        @Override
        public void run() {
            output().one(api().get(integrationPath("/stats")));
        }
    }

    @Command(
            name = "roll-key",
            description = "Makes a new key with which programs write into the integration's table, and prints it.",
            footer = "webhookdb integrations roll-key stripe_charge_v1")
    static final class RollKey extends IntegrationCommand {
        @Override
        public void run() {
            output().value("webhookdb_api_key", api().post(integrationPath("/roll_api_key"), body()));
        }
    }

    @Command(
            name = "rotate-secret",
            description = {
                "Puts another secret in the place of the one that verifies webhooks, for all integrations behind the same URL.",
                "The one before is accepted as well until its end. If one from an earlier rotation still is, it is not any more.",
                "Without an option for it, the secret is asked for."
            },
            footer = {
                "webhookdb integrations rotate-secret stripe_charge_v1",
                "webhookdb integrations rotate-secret stripe_charge_v1 --until 2026-02-01 --secret-from-env STRIPE_SECRET",
                "pass show stripe | webhookdb integrations rotate-secret stripe_charge_v1 --until 2h --secret-stdin"
            })
    static final class RotateSecret extends IntegrationCommand implements Forcible {
        @Option(
                names = {"-u", "--until"},
                paramLabel = "WHEN",
                defaultValue = "24h",
                description = "How long the one before is accepted, like 90m, 7d or 0s, or until when, like 2026-02-01."
                        + " Default: a day.")
        private String until;

        @Option(names = "--secret-stdin", description = "Read the secret from standard input.")
        private boolean fromInput;

        @Option(
                names = "--secret-from-env",
                paramLabel = "VARIABLE",
                description = "The secret, from a variable of the environment.")
        private Optional<String> variable = Optional.empty();

        @Option(names = "--setting", paramLabel = "NAME", description = "Which secret, where a service has several.")
        private Optional<String> setting = Optional.empty();

        @Override
        public void run() {
            Map<String, Object> body = body(
                    "secret", secret(), "setting", setting, When.isDuration(until) ? "grace_seconds" : "until", end());
            output().message(ask(integrationPath("/rotate_secret"), body, Map.of("secret", "--secret-stdin")));
        }

        private Object end() {
            return When.isDuration(until)
                    ? When.duration(until).toSeconds()
                    : When.parse(until, Instant.now()).toString();
        }

        private Optional<String> secret() {
            if (fromInput && variable.isPresent()) {
                throw Failure.ofUsage("Say either --secret-stdin or --secret-from-env.");
            }
            return fromInput
                    ? Optional.of(environment().input().rest().strip())
                    : variable.map(environment()::required);
        }
    }

    @Command(
            name = "delete",
            description = "Deletes an integration, its table and all rows.",
            footer = {
                "webhookdb integrations delete stripe_charge_v1",
                "webhookdb integrations delete stripe_charge_v1 --confirm stripe_charge_v1_d50b"
            })
    static final class Delete extends IntegrationCommand implements Forcible {
        @Option(
                names = {"-c", "--confirm"},
                paramLabel = "TABLE",
                defaultValue = "",
                description = "The table's name, which is asked for otherwise.")
        private String confirm;

        @Override
        public void run() {
            output().message(ask(integrationPath("/delete"), body("confirm", confirm), Map.of()));
        }
    }
}
