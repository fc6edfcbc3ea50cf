package dev.webhookdb.cli;

import picocli.CommandLine.ExitCode;

/** Ends a command with a sentence that names the remedy. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitStatus;

    private Failure(String sentence, int exitStatus) {
        super(sentence);
        this.exitStatus = exitStatus;
    }

    /** The server could not be reached or could not do its work: the same command may succeed later. */
    static Failure ofServer(String sentence) {
        return new Failure(sentence, ExitCode.SOFTWARE);
    }

    /** What was asked for is wrong or was refused: the same command will fail again. */
    static Failure ofUsage(String sentence) {
        return new Failure(sentence, ExitCode.USAGE);
    }

    /** Ctrl-C ended what the command had the server do. */
    static Failure ofInterruption() {
        return new Failure("Cancelled.", Interruption.STATUS);
    }

    /** An option's value as text, if it is in range. */
    static String requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw ofUsage("%s %d is out of range: give a number from %d to %d.".formatted(option, value, least, most));
        }
        return Integer.toString(value);
    }

    /** Whether the same may succeed later. */
    boolean mayPass() {
        return exitStatus == ExitCode.SOFTWARE;
    }

    int exitStatus() {
        return exitStatus;
    }
}
