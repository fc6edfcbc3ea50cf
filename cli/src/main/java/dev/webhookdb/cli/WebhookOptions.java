package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Which webhooks of the log are meant. */
final class WebhookOptions {
    @Option(
            names = "--state",
            paramLabel = "STATE",
            description =
                    "Only those in this state: one of ${COMPLETION-CANDIDATES}. Whatever was not rejected is accepted.")
    private Optional<State> state = Optional.empty();

    @Option(
            names = {"-i", "--integration"},
            paramLabel = "INTEGRATION",
            description = "Only those of this integration: its id, table or service.")
    private Optional<String> integration = Optional.empty();

    @Option(
            names = {"-a", "--after", "--since"},
            paramLabel = "WHEN",
            description =
                    "Received then or later: an age like 90m, 12h or 7d, a day like 2026-01-31, or an instant like"
                            + " 2026-01-31T08:00:00Z.")
    private Optional<String> after = Optional.empty();

    @Option(
            names = {"-b", "--before", "--until"},
            paramLabel = "WHEN",
            description = "Received before: like --since.")
    private Optional<String> before = Optional.empty();

    enum State {
        accepted,
        rejected,
        pending,
        done,
        ignored,
        failed
    }

    Optional<String> state() {
        return state.map(State::name);
    }

    Optional<String> integration() {
        return integration;
    }

    Optional<String> after(Environment environment) {
        return instant(after, environment);
    }

    Optional<String> before(Environment environment) {
        return instant(before, environment);
    }

    private static Optional<String> instant(Optional<String> when, Environment environment) {
        return when.map(text -> When.parse(text, environment.clock().instant()).toString());
    }
}
