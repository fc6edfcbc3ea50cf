package dev.webhookdb.declare;

import dev.webhookdb.account.Organization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What can be done with things of one kind. Whatever cannot be is refused with an exception whose message is a sentence, by the feature that the
 * things belong to.
 */
interface ManagedKind {
    /** Returns which kind. */
    Kind kind();

    /** Returns what there is, oldest first. */
    List<Existing> existing(Organization organization);

    /**
     * Returns what is said of a thing as it would be kept; changes nothing. What is not to become different whatever it is now is missing.
     *
     * @param existing empty if it is to be made
     */
    default Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        return wish.attributes();
    }

    /**
     * Makes a thing, and returns its id.
     *
     * @param wish with what {@link #wanted} returned
     */
    String create(Scope scope, Wish wish);

    /** Makes a thing as it is wanted, of which some attributes are different. */
    void update(Scope scope, Existing existing, Wish wish, Set<String> different);

    /** Deletes a thing. */
    void delete(Scope scope, Existing existing);
}
