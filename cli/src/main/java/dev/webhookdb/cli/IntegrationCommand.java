package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about one integration. */
abstract class IntegrationCommand extends OrganizationCommand {
    @Option(
            names = {"-i", "--integration"},
            paramLabel = "INTEGRATION",
            description = "The integration, if it is not an argument.")
    private Optional<String> option = Optional.empty();

    @Parameters(
            paramLabel = "INTEGRATION",
            index = "0",
            arity = "0..1",
            description =
                    "Its id, its table or, if there is only one of it, its service: see 'webhookdb integrations list'.")
    private Optional<String> argument = Optional.empty();

    final String integration() {
        return required(option, argument, "Which integration");
    }

    /** A path below the integration's. */
    final String integrationPath(String below) {
        return path("/service_integrations/" + Api.encoded(integration()) + below);
    }
}
