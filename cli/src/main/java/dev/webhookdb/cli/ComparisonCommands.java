package dev.webhookdb.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExitCodeGenerator;
import picocli.CommandLine.Option;

/** {@code integrations compare}: what a table and its provider's listing have not in common. */
@Command(
        name = "compare",
        description = {
            "Compares the integration's table with what the provider's API lists, and writes nothing to it: which rows are missing, which are",
            "not listed, which are older, and which have another content. It takes as long, and as many requests, as a backfill of everything.",
            "Exit status: 0 equal (or begun, without a terminal and without --wait), 2 differences, 1 it is not possible."
        },
        footer = {
            "webhookdb integrations compare stripe_charge_v1",
            "webhookdb integrations compare stripe_charge_v1 --wait --format json"
        },
        subcommands = {
            ComparisonCommands.Status.class,
            ComparisonCommands.ListAll.class,
            ComparisonCommands.Cancel.class
        })
final class ComparisonCommands extends IntegrationCommand implements IExitCodeGenerator {
    private static final int DIFFERENCES = 2;
    private static final String JOB = "/comparison/job";
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private int status;

    @Option(names = "--wait", description = "Return when it is done, also without a terminal.")
    private boolean wait;

    @Override
    public void run() {
        try {
            Json begun = api().post(integrationPath(JOB), body());
            if (!wait && !environment().input().isPerson()) {
                output().message(begun);
                return;
            }
            output().hint(begun.text("message"));
            status = untilDone(begun.text("id"));
        } catch (Failure failure) {
            throw noDifference(failure);
        }
    }

    @Override
    public int getExitCode() {
        return status;
    }

    private int untilDone(String id) {
        String path = integrationPath(JOB + "/" + Api.encoded(id));
        var bar = new ProgressBar(environment());
        Json comparison = api().get(path);
        bar.show(progress(comparison));
        while (isUnderWay(comparison)) {
            rest();
            comparison = api().get(path);
            bar.show(progress(comparison));
        }
        bar.end();
        return shown(comparison, output());
    }

    /** 2 says that there are differences, and nothing else. */
    private static Failure noDifference(Failure failure) {
        return failure.exitStatus() == DIFFERENCES ? Failure.ofServer(failure.getMessage()) : failure;
    }

    private static boolean isUnderWay(Json comparison) {
        return switch (comparison.text("state")) {
            case "queued", "running" -> true;
            default -> false;
        };
    }

    /** Prints what came out, and returns the exit status. */
    private static int shown(Json comparison, Output output) {
        return switch (comparison.text("state")) {
            case "succeeded" -> {
                report(comparison, output);
                yield comparison.isTrue("equal") ? ExitCode.OK : DIFFERENCES;
            }
            case "failed" -> throw Failure.ofServer("The comparison failed: " + comparison.text("error"));
            case "cancelled" -> throw Failure.ofServer("The comparison was cancelled.");
            default -> {
                output.text(
                        "The comparison is %s: %s resources were listed so far."
                                .formatted(comparison.text("state"), comparison.text("listed")),
                        comparison);
                yield ExitCode.OK;
            }
        };
    }

    private static void report(Json comparison, Output output) {
        switch (output.format()) {
            case table, csv -> output.blocks(comparison);
            case json -> output.json(comparison.data());
            case raw -> output.json(comparison);
        }
    }

    private ProgressBar.Progress progress(Json comparison) {
        Map<String, String> counts = new LinkedHashMap<>();
        counts.put("listed", comparison.text("listed"));
        counts.put("pages", comparison.text("pages"));
        String note = comparison.text("retry_at").isEmpty()
                ? ""
                : "Waiting until %s: %s"
                        .formatted(output().local(comparison.text("retry_at")), comparison.text("error"));
        return new ProgressBar.Progress(
                number(comparison.text("listed")), number(comparison.text("expected")), counts, "", note);
    }

    private static long number(String text) {
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private static void rest() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.ofServer("Interrupted. The server goes on with the comparison.");
        }
    }

    @Command(
            name = "status",
            description = {
                "Shows the report of the integration's newest comparison, or how far it is.",
                "Exit status: 0 equal or under way, 2 differences, 1 there is none, or it did not succeed."
            },
            footer = "webhookdb integrations compare status stripe_charge_v1")
    static final class Status extends IntegrationCommand implements IExitCodeGenerator {
        private int status;

        @Override
        public void run() {
            try {
                List<Json> all = api().get(integrationPath("/comparison/jobs")).items("items");
                if (all.isEmpty()) {
                    throw Failure.ofServer(
                            "There was no comparison of it yet; 'webhookdb integrations compare' begins one.");
                }
                String id = all.getFirst().text("id");
                status = shown(api().get(integrationPath(JOB + "/" + Api.encoded(id))), output());
            } catch (Failure failure) {
                throw noDifference(failure);
            }
        }

        @Override
        public int getExitCode() {
            return status;
        }
    }

    @Command(
            name = "list",
            description = "Lists an integration's comparisons, the newest first.",
            footer = "webhookdb integrations compare list stripe_charge_v1")
    static final class ListAll extends IntegrationCommand {
        @Override
        public void run() {
            output().list(api().get(integrationPath("/comparison/jobs")));
        }
    }

    @Command(
            name = "cancel",
            description = "Cancels the comparison that is under way.",
            footer = "webhookdb integrations compare cancel stripe_charge_v1")
    static final class Cancel extends IntegrationCommand {
        @Override
        public void run() {
            output().message(api().post(integrationPath("/comparison/cancel"), body()));
        }
    }
}
