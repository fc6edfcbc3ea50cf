package dev.webhookdb.declare;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.crypto.OpaqueId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One organization while files are compared with it, or applied to it.
 *
 * @param seed makes ids the same on each installation
 * @param prune whether what no file has any more is deleted
 * @param declared names of the integrations that files have
 * @param endpoints ids of those of them that there are, by name; grows while they are made
 * @param changing kinds of which something is to become different; grows while a plan is made
 */
record Scope(
        Actor.Operator actor,
        String key,
        Optional<Organization> known,
        Optional<String> seed,
        boolean prune,
        Set<String> declared,
        Map<String, String> endpoints,
        Set<Kind> changing) {

    /** Knows nothing yet of what there is. */
    static Scope of(
            Actor.Operator actor,
            String key,
            Optional<Organization> known,
            Optional<String> seed,
            boolean prune,
            Set<String> declared) {
        return new Scope(actor, key, known, seed, prune, declared, new HashMap<>(), EnumSet.noneOf(Kind.class));
    }

    /** Returns the organization if statements over its tables and views can be judged before anything is done. */
    Optional<Organization> settled() {
        return known.filter(organization -> !changing.contains(Kind.INTEGRATION) && !changing.contains(Kind.VIEW));
    }

    /** Returns the organization, which is there by now. */
    Organization organization() {
        return known.orElseThrow(() -> new IllegalStateException("The organization %s is not there.".formatted(key)));
    }

    Scope with(Organization organization) {
        return new Scope(actor, key, Optional.of(organization), seed, prune, declared, endpoints, changing);
    }

    /** Returns the id that a thing is to have: the one that a file gives it, else what follows from the seed; empty for any. */
    Optional<String> id(Wish wish) {
        return wish.text("id")
                .or(() -> seed.map(secret ->
                        OpaqueId.derived(prefix(wish), secret, wish.kind().name(), key, wish.name())));
    }

    /** Returns the id that a thing gets which is to be made: the one that it is to have, else one that nobody has. */
    String newId(Wish wish) {
        return id(wish).orElseGet(() -> OpaqueId.withPrefix(prefix(wish)));
    }

    private static String prefix(Wish wish) {
        return wish.kind().idPrefix().orElseThrow();
    }
}
