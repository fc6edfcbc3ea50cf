package dev.webhookdb.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command about sync targets: endpoints below {@code httpsync}, and databases below {@code dbsync}. */
abstract class SyncCommand extends OrganizationCommand {
    @Spec
    private CommandSpec spec;

    final String syncPath(String below) {
        boolean database = spec.parent().userObject() instanceof DbSyncCommands;
        return path("/sync_targets/%s%s".formatted(database ? "db" : "http", below));
    }

    /** The name of the group of commands. */
    final String group() {
        return spec.parent().name();
    }
}
