package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code notification}: who is told when rows become different. */
@Command(
        name = "notification",
        aliases = {"notifications", "webhook", "webhooks"},
        description =
                "Who is told, by webhooks of ours, when rows become different or something happens to the account.",
        subcommands = {
            NotificationCommands.Create.class,
            NotificationCommands.ListAll.class,
            NotificationCommands.Show.class,
            NotificationCommands.Test.class,
            NotificationCommands.Update.class,
            NotificationCommands.Pause.class,
            NotificationCommands.Resume.class,
            NotificationCommands.RotateSecret.class,
            NotificationCommands.Delete.class,
            DeliveryCommands.ListAll.class,
            DeliveryCommands.Retry.class,
            DeliveryCommands.Replay.class,
            EventCommands.Listen.class,
            EventCommands.Types.class
        })
final class NotificationCommands {
    private static final Map<String, String> OPTIONS =
            Map.of("service_integration_identifier", "--integration", "webhook_secret", "--secret");

    @Command(
            name = "create",
            description = {
                "Tells a URL whenever a row of an integration becomes different, or of any integration of an organization.",
                "What is not given is asked for. With --org and without an integration it is about all of them."
            },
            footer = {
                "webhookdb notification create --integration=svi_abcdefqwerty",
                "webhookdb notification create --org=acme_corp",
                "webhookdb notification create stripe_charge_v1 --url https://example.com/hook --random-secret --events updated"
                        + " --columns status --where \"status = 'failed'\""
            })
    static final class Create extends OrganizationCommand {
        @Option(
                names = {"-i", "--integration"},
                paramLabel = "INTEGRATION",
                description = "The integration, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(paramLabel = "INTEGRATION", arity = "0..1", description = "Its id, table or service.")
        private Optional<String> argument = Optional.empty();

        @Option(names = "--all", description = "About all integrations of the organization.")
        private boolean all;

        @Option(
                names = {"-u", "--url"},
                paramLabel = "URL",
                description = "The URL, which is asked for otherwise.")
        private Optional<String> url = Optional.empty();

        @Mixin
        private SecretOption secret;

        @Mixin
        private NotificationOptions options;

        @Override
        public void run() {
            Map<String, Object> body = body(
                    "service_integration_identifier",
                    option.or(() -> argument),
                    "url",
                    url,
                    "webhook_secret",
                    secret.given(environment()));
            if (all) {
                body.put("organization_wide", true);
            }
            body.putAll(options.given());
            told(output(), ask(path(NotificationCommand.ALL + "/create"), body, OPTIONS));
        }
    }

    @Command(name = "list", description = "Lists them.", footer = "webhookdb notification list")
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path(NotificationCommand.ALL)));
        }
    }

    @Command(
            name = "show",
            aliases = "info",
            description = "Shows one: what it is about, and how it is doing.",
            footer = "webhookdb notification show wh_4c2f")
    static final class Show extends NotificationCommand {
        @Override
        public void run() {
            Json found = api().get(notificationPath(""));
            if (output().format() != Output.Format.table) {
                output().one(found);
                return;
            }
            output().facts(found.without("delivery", "message"));
            output().line("");
            output().facts(found.at("delivery"));
        }
    }

    @Command(
            name = "test",
            description = "Sends a made-up event at once, and says what was answered.",
            footer = "webhookdb notification test wh_4c2f")
    static final class Test extends NotificationCommand {
        @Override
        public void run() {
            output().message(api().post(notificationPath("/test"), Map.of()));
        }
    }

    @Command(
            name = "update",
            description = "Changes what is given, and leaves the rest.",
            footer = {
                "webhookdb notification update wh_4c2f --url https://example.com/other",
                "webhookdb notification update wh_4c2f --columns '' --rate 50 --ordered"
            })
    static final class Update extends NotificationCommand implements Forcible {
        @Option(
                names = {"-u", "--url"},
                paramLabel = "URL",
                description = "Another URL.")
        private Optional<String> url = Optional.empty();

        @Mixin
        private NotificationOptions options;

        @Override
        public void run() {
            Map<String, Object> body = body("url", url);
            body.putAll(options.given());
            if (body.isEmpty()) {
                throw Failure.ofUsage("What is to become different? See 'webhookdb notification update --help'.");
            }
            output().message(api().post(notificationPath("/update"), body));
        }
    }

    @Command(
            name = "pause",
            description = "Sends nothing until it is resumed; what happens meanwhile is sent then.",
            footer = "webhookdb notification pause wh_4c2f")
    static final class Pause extends NotificationCommand implements Forcible {
        @Override
        public void run() {
            output().message(api().post(notificationPath("/pause"), Map.of()));
        }
    }

    @Command(
            name = "resume",
            description = "Sends again, also to one that was disabled because it failed for days.",
            footer = "webhookdb notification resume wh_4c2f")
    static final class Resume extends NotificationCommand implements Forcible {
        @Override
        public void run() {
            output().message(api().post(notificationPath("/resume"), Map.of()));
        }
    }

    @Command(
            name = "rotate-secret",
            description =
                    "Signs with another secret, which is made unless it is given, and for a while with the one before, too.",
            footer = {
                "webhookdb notification rotate-secret wh_4c2f",
                "webhookdb notification rotate-secret wh_4c2f --secret-from-env HOOK_SECRET --grace 2h"
            })
    static final class RotateSecret extends NotificationCommand implements Forcible {
        @Mixin
        private SecretOption secret;

        @Option(
                names = "--grace",
                paramLabel = "TIME",
                description = "How long the one before signs as well, like 90m, 12h or 0s. Default: a day.")
        private Optional<String> grace = Optional.empty();

        @Override
        public void run() {
            Map<String, Object> body = body(
                    "webhook_secret",
                    secret.given(environment()).map(String::strip),
                    "grace_seconds",
                    grace.map(text -> When.duration(text).toSeconds()));
            told(output(), api().post(notificationPath("/rotate_secret"), body));
        }
    }

    @Command(
            name = "delete",
            description = "Tells it nothing any more, not even what is on its way.",
            footer = "webhookdb notification delete wh_4c2f")
    static final class Delete extends NotificationCommand implements Forcible {
        @Override
        public void run() {
            output().message(api().post(notificationPath("/delete"), Map.of()));
        }
    }

    private NotificationCommands() {}

    /** What was done, and beside it what there is to say of the secret. */
    private static void told(Output output, Json answer) {
        output.message(answer);
        String standard = answer.text("standard_secret");
        if (!standard.isEmpty() && !answer.text("message").contains(standard)) {
            output.hintPeople("As libraries for Standard Webhooks take it, the secret is %s.".formatted(standard));
        }
        answer.strings("warnings").forEach(output::hintPeople);
    }
}
