package dev.webhookdb.declare;

import java.util.List;

/** What is to be done so that everything is as files say, in its order. */
public record Plan(List<Change> changes) {
    /** Copies the changes. */
    public Plan {
        changes = List.copyOf(changes);
    }

    /** Returns whether there is nothing to do. */
    public boolean isEmpty() {
        return changes.stream().noneMatch(Change::isEffective);
    }

    /** Returns how many changes there are of a kind. */
    public long count(Change.Action action) {
        return changes.stream().filter(change -> change.action() == action).count();
    }
}
