package dev.webhookdb.declare;

import java.util.List;

/**
 * What is to be done with one thing so that everything is as files say.
 *
 * @param at where a file says so; for what no file has any more, the file that had it, and line 0
 */
public record Change(
        Action action, Kind kind, String organization, String name, Position at, List<Difference> differences) {
    /** What is to be done. */
    public enum Action {
        /** It is made. */
        CREATE,
        /** It is there, and becomes different. */
        UPDATE,
        /** A file made it, and none has it any more. */
        DELETE,
        /** No file has it any more, and nobody said that such things are deleted; or it was there before any file had it. */
        KEEP
    }

    /** Copies the differences. */
    public Change {
        differences = List.copyOf(differences);
    }

    /** Returns whether anything becomes different by it. */
    public boolean isEffective() {
        return action != Action.KEEP;
    }
}
