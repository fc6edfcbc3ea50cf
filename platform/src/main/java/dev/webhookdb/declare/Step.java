package dev.webhookdb.declare;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One thing on the way to what files say: something to do with it, or only that it is found and owned from now on.
 *
 * @param change empty if it is as it is to be
 * @param wish empty for what no file has any more
 * @param existing empty for what is to be made
 */
record Step(ManagedKind kind, Optional<Change> change, Optional<Wish> wish, Optional<Existing> existing) {
    /** Returns the paths of what is to become different. */
    Set<String> different() {
        return change.stream()
                .flatMap(one -> one.differences().stream())
                .map(Difference::attribute)
                .collect(Collectors.toSet());
    }
}
