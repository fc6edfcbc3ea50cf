package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that makes a sync target. */
abstract class SyncCreation extends SyncCommand {
    private static final Map<String, String> OPTIONS = Map.of(
            "service_integration_identifier",
            "--integration INTEGRATION",
            "connection_url",
            "--connection-url-from-env VARIABLE",
            "period_seconds",
            "--period SECONDS or --on-change");

    @Option(
            names = {"-i", "--integration"},
            paramLabel = "INTEGRATION",
            description = "The integration, if it is not an argument.")
    private Optional<String> option = Optional.empty();

    @Parameters(paramLabel = "INTEGRATION", arity = "0..1", description = "Its id, table or service.")
    private Optional<String> argument = Optional.empty();

    @Mixin
    private ConnectionOption connection;

    /** Makes it, with how it is to be. */
    final void create(Map<String, ?> how) {
        Map<String, Object> body = body(
                "service_integration_identifier",
                option.or(() -> argument),
                "connection_url",
                connection.given(environment()));
        body.putAll(how);
        output().message(ask(syncPath("/create"), body, OPTIONS));
    }
}
