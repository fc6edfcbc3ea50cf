package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** A secret that signs. It is better not written into a command: others see it in the process list. */
final class SecretOption {
    @Option(names = "--secret", paramLabel = "SECRET", description = "The secret that signs what is sent.")
    private Optional<String> secret = Optional.empty();

    @Option(
            names = "--secret-from-env",
            paramLabel = "VARIABLE",
            description = "The secret, from a variable of the environment.")
    private Optional<String> variable = Optional.empty();

    @Option(names = "--random-secret", description = "Have a secret made, which is shown once.")
    private boolean random;

    /** What was given; a line's end alone for one that is to be made. */
    Optional<String> given(Environment environment) {
        if (random) {
            return Optional.of("\n");
        }
        return secret.or(() -> variable.map(environment::required));
    }
}
