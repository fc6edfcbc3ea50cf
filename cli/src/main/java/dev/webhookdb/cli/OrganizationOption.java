package dev.webhookdb.cli;

import picocli.CommandLine.Option;

/** Whose integrations, webhooks or database a command is about. */
final class OrganizationOption {
    @Option(
            names = "--org",
            paramLabel = "KEY",
            required = true,
            description = "The organization's key: see 'webhookdb org list'.")
    private String key;

    String path() {
        return OperatorApi.organization(key);
    }
}
