package dev.webhookdb.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A command that changes what files of the server may own, which it does only with {@code --force}. */
interface Forcible {
    /** The option's name. */
    String FORCE = "--force";

    /** Gives a command the option. */
    static void addOption(CommandSpec command) {
        command.addOption(OptionSpec.builder(FORCE)
                .type(boolean.class)
                .description(
                        "Do it also where a file of the server owns what is changed, and undoes it the next time that files are applied.")
                .build());
    }

    /** Whether somebody gave the option. */
    static boolean isGiven(CommandSpec command) {
        OptionSpec option = command.findOption(FORCE);
        return option != null && Boolean.TRUE.equals(option.getValue());
    }
}
