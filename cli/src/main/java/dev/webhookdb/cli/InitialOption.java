package dev.webhookdb.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether a new target is sent what is there already. */
final class InitialOption {
    @Option(
            names = "--initial",
            paramLabel = "WHICH",
            description =
                    "Which rows that are there already are sent first: one of ${COMPLETION-CANDIDATES}. Default: all.")
    private Optional<Which> initial = Optional.empty();

    enum Which {
        all,
        none
    }

    /** What was given, by the name that the server knows. */
    Map<String, Object> given() {
        return ServerCommand.body("initial", initial.map(which -> which.name().toLowerCase(Locale.ROOT)));
    }
}
