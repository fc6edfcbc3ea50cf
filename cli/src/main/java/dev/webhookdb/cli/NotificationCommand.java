package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about one notification. */
abstract class NotificationCommand extends OrganizationCommand {
    static final String ALL = "/webhook_subscriptions";

    @Option(
            names = {"-n", "--notification"},
            paramLabel = "ID",
            description = "The notification, if it is not an argument.")
    private Optional<String> option = Optional.empty();

    @Parameters(
            index = "0",
            paramLabel = "ID",
            arity = "0..1",
            description = "Its id: see 'webhookdb notification list'.")
    private Optional<String> argument = Optional.empty();

    final String notificationPath(String below) {
        return path(ALL + "/" + Api.encoded(required(option, argument, "Which notification")) + below);
    }
}
