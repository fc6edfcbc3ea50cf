package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands of {@code notification} about what is sent. */
final class DeliveryCommands {
    private static final int MOST = 1000;

    private DeliveryCommands() {}

    @Command(
            name = "deliveries",
            description = {
                "Lists what was and is sent, the newest first.",
                "With a DELIVERY it shows one, with every attempt and what was answered."
            },
            footer = {
                "webhookdb notification deliveries wh_4c2f --status failed",
                "webhookdb notification deliveries wh_4c2f del_7b"
            })
    static final class ListAll extends NotificationCommand {
        @Parameters(index = "1", paramLabel = "DELIVERY", arity = "0..1", description = "The delivery to show.")
        private Optional<String> delivery = Optional.empty();

        @Option(
                names = "--status",
                paramLabel = "STATUS",
                description = "Only those with this status: one of ${COMPLETION-CANDIDATES}.")
        private Optional<Status> status = Optional.empty();

        @Option(
                names = "--type",
                paramLabel = "TYPE",
                description = "Only those of events of this type, such as stripe_charge_v1.updated.")
        private Optional<String> type = Optional.empty();

        @Option(
                names = "--before",
                paramLabel = "DELIVERY",
                description = "Only those before this one: the last of the page before.")
        private Optional<String> before = Optional.empty();

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "How many, from 1 to " + MOST + ". Default: ${DEFAULT-VALUE}.")
        private int limit;

        enum Status {
            pending,
            delivered,
            failed
        }

        @Override
        public void run() {
            if (delivery.isPresent()) {
                show(api().get(notificationPath("/deliveries/" + Api.encoded(delivery.get()))));
                return;
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("status", status.map(Status::name).orElse(""));
            parameters.put("type", type.orElse(""));
            parameters.put("before", before.orElse(""));
            parameters.put("limit", Failure.requireBetween("--limit", limit, 1, MOST));
            Json answer = api().get(notificationPath("/deliveries") + Api.query(parameters));
            output().list(answer);
            if (answer.isTrue("has_more")) {
                output().hintPeople("There are more: --before %s shows them.".formatted(answer.text("next")));
            }
        }

        private void show(Json found) {
            if (output().format() != Output.Format.table) {
                output().one(found);
                return;
            }
            output().facts(found.without("tried", "message"));
            for (Json attempt : found.items("tried")) {
                output().line("");
                output().line("Attempt %s, %s"
                        .formatted(attempt.text("number"), output().local(attempt.text("started_at"))));
                output().facts(attempt.without("number", "started_at", "response_body"));
                output().line(Text.printable(attempt.text("response_body")));
            }
        }
    }

    @Command(
            name = "retry",
            description = "Tries a delivery again at once, or all that failed.",
            footer = {"webhookdb notification retry wh_4c2f del_7b", "webhookdb notification retry wh_4c2f"})
    static final class Retry extends NotificationCommand {
        @Parameters(
                index = "1",
                paramLabel = "DELIVERY",
                arity = "0..1",
                description = "The delivery; all that failed, without it.")
        private Optional<String> delivery = Optional.empty();

        @Override
        public void run() {
            String below = delivery.map(id -> "/deliveries/" + Api.encoded(id) + "/retry")
                    .orElse("/retry");
            output().message(api().post(notificationPath(below), Map.of()));
        }
    }

    @Command(
            name = "replay",
            description = "Sends the events of a time once more. Says how many there are, and asks, before it begins.",
            footer = {
                "webhookdb notification replay wh_4c2f --since 12h",
                "webhookdb notification replay wh_4c2f --since 2026-01-31 --until 2026-02-01 --confirm"
            })
    static final class Replay extends NotificationCommand {
        @Mixin
        private SpanOptions span;

        @Option(
                names = {"-c", "--confirm"},
                description = "Do not ask.")
        private boolean confirm;

        @Override
        public void run() {
            Map<String, Object> body = body("since", span.after(environment()), "until", span.before(environment()));
            if (confirm) {
                body.put("guard_confirm", "y");
            }
            output().message(ask(notificationPath("/replay"), body, Map.of("guard_confirm", "--confirm")));
        }
    }
}
