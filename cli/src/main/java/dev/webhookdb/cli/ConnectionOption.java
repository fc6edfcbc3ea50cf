package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Where rows are sent. It is better not written into a command with its password: others see it in the process list. */
final class ConnectionOption {
    @Option(
            names = {"-u", "--connection-url"},
            paramLabel = "URL",
            description = "Where to: a URL with the user and password that are told there.")
    private Optional<String> url = Optional.empty();

    @Option(
            names = "--connection-url-from-env",
            paramLabel = "VARIABLE",
            description = "The same, from a variable of the environment.")
    private Optional<String> variable = Optional.empty();

    Optional<String> given(Environment environment) {
        return url.or(() -> variable.map(environment::required));
    }
}
