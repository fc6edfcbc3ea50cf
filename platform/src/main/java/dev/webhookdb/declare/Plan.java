package dev.webhookdb.declare;

import java.util.List;

/**
 * What is to be done so that everything is as files say, in its order.
 *
 * @param unreadable what nothing is done with, because what is stored of it cannot be read
 */
public record Plan(List<Change> changes, List<Mistake> unreadable) {
    /** Copies what it is given. */
    public Plan {
        changes = List.copyOf(changes);
        unreadable = List.copyOf(unreadable);
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
