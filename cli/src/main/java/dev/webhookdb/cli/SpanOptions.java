package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** A span of time, open at either end. */
final class SpanOptions {
    @Option(
            names = {"-a", "--after", "--since"},
            paramLabel = "WHEN",
            description =
                    "What came then or later: an age like 90m, 12h or 7d, a day like 2026-01-31, or an instant like"
                            + " 2026-01-31T08:00:00Z.")
    private Optional<String> after = Optional.empty();

    @Option(
            names = {"-b", "--before", "--until"},
            paramLabel = "WHEN",
            description = "What came before: like --since.")
    private Optional<String> before = Optional.empty();

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
