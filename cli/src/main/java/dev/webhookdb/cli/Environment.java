package dev.webhookdb.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What surrounds one run of the command line.
 *
 * @param variables the environment's variables
 * @param home the user's home directory
 * @param out where data goes
 * @param err where messages go
 * @param clock what time it is
 * @param terminal the person to ask; empty when input or output is not a terminal
 */
record Environment(
        Map<String, String> variables,
        Path home,
        PrintWriter out,
        PrintWriter err,
        Clock clock,
        Optional<Terminal> terminal) {

    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /** Prints a message for the person; data goes to {@link #out}. */
    void tell(String message) {
        if (!message.isBlank()) {
            err.println(message);
            err.flush();
        }
    }

    /** Asks the person at the terminal. An answer is empty at the end of input. */
    interface Terminal {
        Optional<String> ask(String prompt, boolean hidden);
    }
}
