package dev.webhookdb.migration;

/** A move cannot begin, or not go on; the message is a sentence for the person who asked for it. */
public final class MigrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    /** What the sentence is about. */
    public enum Problem {
        /** The URL of the role that is to own the tables, or where it leads. */
        ADMIN_URL,
        /** The URL of the role that may only read, or where it leads. */
        READER_URL,
        /** The server that was named, or that it cannot be reached. */
        SERVER,
        /** The organization's database is its own. */
        OWN_DATABASE,
        /** Another move of the organization is under way. */
        RUNNING
    }

    MigrationException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    MigrationException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    /** Returns what the sentence is about. */
    public Problem problem() {
        return problem;
    }
}
