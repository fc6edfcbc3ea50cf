package dev.webhookdb.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * What surrounds one run of the command line.
 *
 * @param variables the environment's variables
 * @param home the user's home directory
 * @param out where data goes
 * @param err where messages go
 * @param clock what time it is
 * @param input who answers questions
 * @param screen what shows the data
 */
record Environment(
        Map<String, String> variables,
        Path home,
        PrintWriter out,
        PrintWriter err,
        Clock clock,
        Input input,
        Screen screen) {

    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /** The value of a variable that a command names; a command cannot do anything without it. */
    String required(String name) {
        return variable(name)
                .orElseThrow(() -> Failure.ofUsage(
                        "The variable %s is not set, or empty. Export it, and try again.".formatted(name)));
    }

    /** Prints a message for the person; data goes to {@link #out}. */
    void tell(String message) {
        if (!message.isBlank()) {
            // on a terminal both are one
            out.flush();
            err.println(Text.printable(message.stripTrailing()));
            err.flush();
        }
    }

    /** Whether data may be coloured: see no-color.org. */
    boolean colored() {
        return screen.terminal() && variable("NO_COLOR").isEmpty() && !"dumb".equals(variables.get("TERM"));
    }

    /**
     * What shows the data.
     *
     * @param terminal whether standard output is one
     * @param columns how many characters fit into its line
     */
    record Screen(boolean terminal, IntSupplier columns) {
        static final Screen NONE = new Screen(false, () -> Integer.MAX_VALUE);
    }
}
