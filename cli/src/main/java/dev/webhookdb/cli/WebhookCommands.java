package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The webhook log: {@code logs} and {@code replay} stand alone, without a group. */
final class WebhookCommands {
    private static final int MOST = 1000;

    private WebhookCommands() {}

    static List<ServerCommand> all(Environment environment) {
        return List.of(new Logs(environment), new Replay(environment));
    }

    enum State {
        accepted,
        rejected,
        pending,
        done,
        ignored,
        failed
    }

    @Command(name = "logs", description = "Lists the webhooks that came in, the newest first, and what became of them.")
    private static final class Logs extends ServerCommand {
        @Mixin
        private OrganizationOption organization;

        @Option(names = "--state", paramLabel = "STATE", description = "Only those: one of ${COMPLETION-CANDIDATES}.")
        private State state;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "How many, from 1 to " + MOST + ". Default: 50.")
        private int limit;

        Logs(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            if (limit < 1 || limit > MOST) {
                throw Failure.ofUsage("--limit " + limit + " is out of range: give a number from 1 to " + MOST + ".");
            }
            OperatorApi api = connect();
            Map<String, String> parameters = new LinkedHashMap<>();
            Optional.ofNullable(state).ifPresent(wanted -> parameters.put("state", wanted.name()));
            parameters.put("limit", String.valueOf(limit));
            Json answer = api.get(organization.path() + "/webhooks" + OperatorApi.query(parameters));
            print(answer.items("items"), "received_at", "id", "opaque_id", "method", "state", "attempts", "reason");
            tellPeople(counts(api.get(organization.path() + "/webhooks/counts")));
        }

        private static String counts(Json answer) {
            return answer.texts("counts").entrySet().stream()
                    .map(count -> count.getValue() + " " + count.getKey())
                    .collect(Collectors.joining(", ", "In all: ", "."));
        }
    }

    @Command(
            name = "replay",
            description = "Applies webhooks again from the log, for example after a defect was repaired.")
    private static final class Replay extends ServerCommand {
        @Mixin
        private OrganizationOption organization;

        @Option(
                names = "--state",
                paramLabel = "STATE",
                defaultValue = "failed",
                description = "Those in this state: one of ${COMPLETION-CANDIDATES}. Default: failed.")
        private State state;

        @Option(
                names = "--since",
                paramLabel = "WHEN",
                description =
                        "Received then or later: an age like 90m, 12h or 7d, a day like 2026-01-31, or an instant like"
                                + " 2026-01-31T08:00:00Z.")
        private String since;

        @Option(names = "--until", paramLabel = "WHEN", description = "Received before: like --since.")
        private String until;

        @Option(
                names = "--integration",
                paramLabel = "ID",
                description = "Only those of this integration: see 'webhookdb integrations list'.")
        private String integration;

        Replay(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("state", state.name());
            Optional.ofNullable(since).ifPresent(when -> body.put("since", instant(when)));
            Optional.ofNullable(until).ifPresent(when -> body.put("until", instant(when)));
            Optional.ofNullable(integration).ifPresent(id -> body.put("integration", id));
            Json answer = connect().post(organization.path() + "/webhooks/replay", body);
            print(List.of(answer), "count");
            tellMessageOf(answer);
        }

        private String instant(String when) {
            return When.parse(when, environment().clock().instant()).toString();
        }
    }
}
