package dev.webhookdb.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code backfill}: reads what a provider's API lists, and shows how far that is. */
final class BackfillCommands {
    private static final String[] COLUMNS = {
        "started_at", "state", "cause", "since", "rows", "changed", "refused", "pages", "rate", "estimated_end", "error"
    };
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private BackfillCommands() {}

    static CommandLine group(Environment environment) {
        return ServerCommand.group(
                new Begin(environment),
                new Status(environment),
                new Cancel(environment),
                new Refused(environment),
                new Schedule(environment));
    }

    /** Whose backfills a command is about. */
    private static final class IntegrationParameter {
        @Mixin
        private OrganizationOption organization;

        @Parameters(
                paramLabel = "INTEGRATION",
                index = "0",
                description =
                        "Its table, its id or, if there is only one of it, its service: see 'webhookdb integrations list'.")
        private String name;

        Target target() {
            return new Target(organization.path(), name);
        }
    }

    /** An integration of an organization. */
    private record Target(String organization, String name) {
        String path() {
            return organization + "/integrations/" + OperatorApi.encoded(name);
        }
    }

    @Command(
            name = "backfill",
            description = {
                "Reads what the provider's API lists into the integration's table.",
                "Only what changed since the last time, where the provider can tell; everything with --full. On a terminal"
                        + " it shows how far it is; the server goes on with it when you leave with Ctrl-C."
            })
    private static final class Begin extends ServerCommand {
        // not required for the parser, which would ask for them before every subcommand, too
        @Option(names = "--org", paramLabel = "KEY", description = "The organization's key: see 'webhookdb org list'.")
        private String organization;

        @Parameters(
                paramLabel = "INTEGRATION",
                arity = "0..1",
                description =
                        "Its table, its id or, if there is only one of it, its service: see 'webhookdb integrations list'.")
        private String name;

        @Option(names = "--full", description = "List everything, also what did not change.")
        private boolean full;

        @Option(names = "--wait", description = "Return when it is done, also without a terminal.")
        private boolean wait;

        Begin(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            if (organization == null || name == null) {
                throw Failure.ofUsage("Which integration, and whose? Write: webhookdb backfill --org KEY INTEGRATION");
            }
            Target integration = new Target(OperatorApi.organization(organization), name);
            OperatorApi api = connect();
            Json job = api.post(integration.path() + "/backfills", Map.of("full", full));
            tellMessageOf(job);
            if (wait || environment().terminal().isPresent()) {
                job = watch(api, environment(), integration);
            }
            print(List.of(job), COLUMNS);
        }
    }

    @Command(name = "status", description = "Lists an integration's backfills, the newest first.")
    private static final class Status extends ServerCommand {
        @Mixin
        private IntegrationParameter integration;

        @Option(names = "--watch", description = "Show how far the newest one is until it is done.")
        private boolean watch;

        Status(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            OperatorApi api = connect();
            if (watch) {
                watch(api, environment(), integration.target());
            }
            Json answer = api.get(integration.target().path() + "/backfills");
            print(answer.items("items"), COLUMNS);
            tellPeople(answer.text("schedule") + ".");
        }
    }

    @Command(name = "cancel", description = "Cancels the backfill that is under way. What was listed stays.")
    private static final class Cancel extends ServerCommand {
        @Mixin
        private IntegrationParameter integration;

        Cancel(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            Json answer = connect().post(integration.target().path() + "/backfills/cancel", Map.of());
            print(List.of(answer), COLUMNS);
            tellMessageOf(answer);
        }
    }

    @Command(name = "refused", description = "Lists resources that the newest backfill could not store, and why.")
    private static final class Refused extends ServerCommand {
        @Mixin
        private IntegrationParameter integration;

        Refused(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            Json answer = connect().get(integration.target().path() + "/backfills/refused");
            print(answer.items("items"), "reason", "resource");
        }
    }

    @Command(
            name = "schedule",
            description = "Sets how often an integration is read again by itself: a poll, or a reconciliation.")
    private static final class Schedule extends ServerCommand {
        @Mixin
        private IntegrationParameter integration;

        @Parameters(
                paramLabel = "INTERVAL",
                index = "1",
                description = "For example 15m, 6h or 1d, at least a minute; 'never', or 'usual'.")
        private String interval;

        Schedule(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            boolean word = Set.of("never", "usual").contains(interval.toLowerCase(Locale.ROOT));
            String every = word ? interval : When.duration(interval).toString();
            tellMessageOf(connect().post(integration.target().path() + "/schedule", Map.of("every", every)));
        }
    }

    @Command(
            name = "settings",
            description = {
                "Supplies settings of an integration, or replaces them, for example an API key that expired.",
                "What was waiting for them begins."
            })
    static final class SupplySettings extends ServerCommand {
        @Mixin
        private IntegrationParameter integration;

        @Mixin
        private Settings settings;

        SupplySettings(Environment environment) {
            super(environment);
        }

        @Override
        public void run() {
            Map<String, Object> given = settings.read(environment());
            if (given.isEmpty()) {
                throw Failure.ofUsage(
                        "Which settings? Give them with --set-from-env NAME=VARIABLE, --set-from-file NAME=FILE or --set NAME=VALUE.");
            }
            tellMessageOf(connect().post(integration.target().path() + "/settings", Map.of("settings", given)));
        }
    }

    /** Shows how far the newest job is until it is done; a job that failed is a failure. */
    private static Json watch(OperatorApi api, Environment environment, Target integration) {
        var bar = new ProgressBar(environment);
        while (true) {
            List<Json> jobs = api.get(integration.path() + "/backfills").items("items");
            if (jobs.isEmpty()) {
                throw Failure.ofUsage("There was no backfill of " + integration.name() + " yet; 'webhookdb backfill "
                        + integration.name() + "' begins one.");
            }
            Json job = jobs.getFirst();
            bar.show(progress(job));
            switch (job.text("state")) {
                case "queued", "running" -> rest();
                case "failed" -> {
                    bar.end();
                    throw Failure.ofServer("The backfill failed: " + job.text("error"));
                }
                default -> {
                    bar.end();
                    return job;
                }
            }
        }
    }

    private static ProgressBar.Progress progress(Json job) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("rows", job.text("rows"));
        texts.put("rows/s", job.text("rate"));
        texts.put("pages", job.text("pages"));
        String note = job.text("retry_at").isEmpty() ? "" : "waiting: " + job.text("error");
        return new ProgressBar.Progress(
                number(job.text("rows")), number(job.text("expected")), texts, job.text("estimated_end"), note);
    }

    private static long number(String text) {
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private static void rest() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.ofServer("Interrupted. The server goes on with the backfill.");
        }
    }
}
