package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The webhook log: {@code logs} and {@code replay} stand alone, without a group. */
final class WebhookCommands {
    private static final int MOST = 1000;

    private WebhookCommands() {}

    @Command(
            name = "logs",
            aliases = "log",
            description = {
                "Lists the webhooks that came in, the newest first, and what became of them.",
                "With an ID it shows one, with its headers and body.",
                "With --follow it goes on until Ctrl-C, and shows what comes in and what becomes of it, the newest last."
            },
            footer = {
                "webhookdb logs --state failed",
                "webhookdb logs --integration stripe_charge_v1 --since 2h --limit 200",
                "webhookdb logs --follow --state failed",
                "webhookdb logs 1767225600123456-42"
            })
    static final class Logs extends OrganizationCommand {
        @Parameters(paramLabel = "ID", arity = "0..1", description = "Of the webhook to show.")
        private Optional<String> id = Optional.empty();

        @Mixin
        private WebhookOptions which;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "How many, from 1 to " + MOST + ". Default: ${DEFAULT-VALUE}.")
        private int limit;

        @Option(
                names = {"-F", "--follow"},
                description = "Show webhooks as they come in, until Ctrl-C.")
        private boolean follow;

        @Override
        public void run() {
            if (id.isPresent()) {
                show(api().get(path("/webhooks/" + Api.encoded(id.get()))));
                return;
            }
            if (follow) {
                followed().run();
                return;
            }
            Map<String, String> parameters = parameters();
            parameters.put("after", which.after(environment()).orElse(""));
            parameters.put("before", which.before(environment()).orElse(""));
            parameters.put("limit", Failure.requireBetween("--limit", limit, 1, MOST));
            output().list(api().get(path("/webhooks") + Api.query(parameters)));
            output().hintPeople(counts(api().get(path("/webhooks/counts"))));
        }

        private FollowedWebhooks followed() {
            if (which.before(environment()).isPresent()) {
                throw Failure.ofUsage("--follow and --before contradict each other: leave out one of them.");
            }
            return new FollowedWebhooks(environment(), output(), which.after(environment()), after -> {
                Map<String, String> parameters = parameters();
                parameters.put("after", after);
                parameters.put("limit", Integer.toString(MOST));
                return api().get(path("/webhooks") + Api.query(parameters));
            });
        }

        private Map<String, String> parameters() {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("integration", which.integration().orElse(""));
            parameters.put("state", which.state().orElse(""));
            return parameters;
        }

        private void show(Json webhook) {
            if (output().format() != Output.Format.table) {
                output().one(webhook);
                return;
            }
            Map<String, String> facts = webhook.without("headers", "body", "message", "display_headers")
                    .texts();
            List<List<String>> rows = new ArrayList<>();
            facts.forEach((name, value) -> rows.add(List.of(name.replace('_', ' '), output().local(value))));
            webhook.at("headers").texts().forEach((name, value) -> rows.add(List.of(name + ":", value)));
            output().rows(rows);
            output().line("");
            output().line(Text.printable(webhook.text("body")));
        }

        private static String counts(Json answer) {
            return answer.at("counts").texts().entrySet().stream()
                    .map(count -> count.getValue() + " " + count.getKey())
                    .collect(Collectors.joining(", ", "In all: ", "."));
        }
    }

    @Command(
            name = "replay",
            aliases = "replays",
            description = {
                "Applies webhooks again from the log, for example after a defect was repaired.",
                "Rejected ones are verified again with the secrets of today. Without a time: those of the last hour."
            },
            footer = {
                "webhookdb replay --state failed --since 12h",
                "webhookdb replay --state rejected --integration stripe_charge_v1 --hours 4"
            })
    static final class Replay extends OrganizationCommand {
        @Mixin
        private WebhookOptions which;

        @Option(
                names = {"-r", "--hours"},
                paramLabel = "N",
                description = "Those of so many hours, the last ones unless --after or --before says which.")
        private Optional<Integer> hours = Optional.empty();

        @Override
        public void run() {
            Map<String, Object> body = body(
                    "service_integration_identifier", which.integration(),
                    "hours", hours,
                    "before", which.before(environment()),
                    "after", which.after(environment()),
                    "state", which.state());
            output().message(api().post(path("/replay"), body));
        }
    }
}
