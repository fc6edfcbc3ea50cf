package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private SpanOptions span;

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
        return span.after(environment);
    }

    Optional<String> before(Environment environment) {
        return span.before(environment);
    }
}
