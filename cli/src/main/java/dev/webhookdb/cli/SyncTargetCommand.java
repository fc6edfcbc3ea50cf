package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about one sync target. */
abstract class SyncTargetCommand extends SyncCommand {
    @Option(
            names = {"-t", "--target"},
            paramLabel = "TARGET",
            description = "The target, if it is not an argument.")
    private Optional<String> option = Optional.empty();

    @Parameters(
            index = "0",
            paramLabel = "TARGET",
            arity = "0..1",
            description = "Its id, syt_...: create and list show it.")
    private Optional<String> argument = Optional.empty();

    final String targetPath(String below) {
        return syncPath("/" + Api.encoded(required(option, argument, "Which target")) + below);
    }

    /** Has something done, and says what was. */
    final void tell(String below, Map<String, ?> body, Map<String, String> options) {
        output().message(ask(targetPath(below), body, options));
    }

    /** Changes what is given. */
    final void update(Map<String, ?> given) {
        if (given.isEmpty()) {
            throw Failure.ofUsage("What is to become different? See 'webhookdb %s update --help'.".formatted(group()));
        }
        tell("/update", given, Map.of());
    }
}
