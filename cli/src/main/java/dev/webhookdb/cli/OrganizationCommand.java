package dev.webhookdb.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** A command about an organization: the one that is named, or else the active one. */
abstract class OrganizationCommand extends ServerCommand {
    @Option(
            names = {"-o", "--org"},
            paramLabel = "ORG",
            description =
                    "The organization's key, number or name. Default: the active one; see 'webhookdb org current'.")
    private Optional<String> organization = Optional.empty();

    /** A path below the organization's. */
    final String path(String below) {
        return "/v1/organizations/" + organization() + below;
    }

    /** A path below that of the organization's database. */
    final String databasePath(String below) {
        return "/v1/db/" + organization() + below;
    }

    /** A statement in that database, before it is run. */
    final CancellableStatement statement() {
        return new CancellableStatement(api(), databasePath("/sql"), environment());
    }

    /** The organization as it was named, or its number. */
    final String organizationName() {
        return organization.orElseGet(() -> connection().activeOrganization());
    }

    private String organization() {
        return Api.encoded(organizationName());
    }
}
