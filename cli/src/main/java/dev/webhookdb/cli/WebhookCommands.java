package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The webhook log: {@code logs} and {@code replay} stand alone, without a group. */
final class WebhookCommands {
    private static final int MOST = 1000;
    private static final String WHEN =
            "an age like 90m, 12h or 7d, a day like 2026-01-31, or an instant like 2026-01-31T08:00:00Z.";

    private WebhookCommands() {}

    enum State {
        accepted,
        rejected,
        pending,
        done,
        ignored,
        failed
    }

    @Command(
            name = "logs",
            aliases = "log",
            description = {
                "Lists the webhooks that came in, the newest first, and what became of them.",
                "With an ID it shows one, with its headers and body."
            },
            footer = {
                "webhookdb logs --state failed",
                "webhookdb logs --integration stripe_charge_v1 --since 2h --limit 200",
                "webhookdb logs 4711"
            })
    static final class Logs extends OrganizationCommand {
        @Parameters(paramLabel = "ID", arity = "0..1", description = "Of the webhook to show.")
        private Optional<String> id = Optional.empty();

        @Option(names = "--state", paramLabel = "STATE", description = "Only those: one of ${COMPLETION-CANDIDATES}.")
        private Optional<State> state = Optional.empty();

        @Option(
                names = {"-i", "--integration"},
                paramLabel = "INTEGRATION",
                defaultValue = "",
                description = "Only those of this integration: its id, table or service.")
        private String integration;

        @Option(
                names = {"-a", "--after", "--since"},
                paramLabel = "WHEN",
                description = "Received then or later: " + WHEN)
        private Optional<String> after = Optional.empty();

        @Option(
                names = {"-b", "--before", "--until"},
                paramLabel = "WHEN",
                description = "Received before: like --since.")
        private Optional<String> before = Optional.empty();

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "How many, from 1 to " + MOST + ". Default: ${DEFAULT-VALUE}.")
        private int limit;

        @Override
        public void run() {
            if (id.isPresent()) {
                show(api().get(path("/webhooks/" + Api.encoded(id.get()))));
                return;
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("integration", integration);
            parameters.put("state", state.map(State::name).orElse(""));
            parameters.put("after", instant(this, after));
            parameters.put("before", instant(this, before));
            parameters.put("limit", Failure.requireBetween("--limit", limit, 1, MOST));
            output().list(api().get(path("/webhooks") + Api.query(parameters)));
            output().hintPeople(counts(api().get(path("/webhooks/counts"))));
        }

        private void show(Json webhook) {
            if (output().format() != Output.Format.table) {
                output().one(webhook);
                return;
            }
            Map<String, String> facts = webhook.without("headers", "body", "message", "display_headers")
                    .texts();
            List<List<String>> rows = new ArrayList<>();
            facts.forEach((name, value) -> rows.add(List.of(name.replace('_', ' '), value)));
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
        @Option(
                names = "--state",
                paramLabel = "STATE",
                description = "Only those in this state: one of ${COMPLETION-CANDIDATES}.")
        private Optional<State> state = Optional.empty();

        @Option(
                names = {"-r", "--hours"},
                paramLabel = "N",
                description = "Those of so many hours, the last ones unless --after or --before says which.")
        private Optional<Integer> hours = Optional.empty();

        @Option(
                names = {"-a", "--after", "--since"},
                paramLabel = "WHEN",
                description = "Received then or later: " + WHEN)
        private Optional<String> after = Optional.empty();

        @Option(
                names = {"-b", "--before", "--until"},
                paramLabel = "WHEN",
                description = "Received before: like --since.")
        private Optional<String> before = Optional.empty();

        @Option(
                names = {"-i", "--integration"},
                paramLabel = "INTEGRATION",
                description = "Only those of this integration: its id, table or service.")
        private Optional<String> integration = Optional.empty();

        @Override
        public void run() {
            Map<String, Object> body = body(
                    "service_integration_identifier", integration,
                    "hours", hours,
                    "before", Optional.of(instant(this, before)).filter(text -> !text.isEmpty()),
                    "after", Optional.of(instant(this, after)).filter(text -> !text.isEmpty()),
                    "state", state.map(State::name));
            output().message(api().post(path("/replay"), body));
        }
    }

    private static String instant(ServerCommand command, Optional<String> when) {
        return when.map(text -> When.parse(text, command.environment().clock().instant())
                        .toString())
                .orElse("");
    }
}
