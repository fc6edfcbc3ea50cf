package dev.webhookdb.connector;

import dev.webhookdb.spi.Resource;
import java.util.Collection;
import java.util.Optional;

/**
 * What was promised to the people who query the tables of a service: its key, and names and types of its columns. A release that
 * declares them otherwise could not write into the tables that exist.
 */
public interface Promises {
    /** Promises nothing, and so breaks nothing. */
    Promises NONE = new Promises() {
        @Override
        public Optional<String> broken(Resource resource) {
            return Optional.empty();
        }

        @Override
        public Optional<String> needed(Collection<String> services) {
            return Optional.empty();
        }

        @Override
        public void keep(Collection<Resource> resources) {}
    };

    /** Returns in a sentence what a resource declares otherwise than was promised. */
    Optional<String> broken(Resource resource);

    /**
     * Returns in a sentence why a release that lacks services may not take the place of one that has them: that integrations use one, or
     * that nobody can say now what integrations rely on.
     *
     * @param services none if nothing is lacking; whether anybody can say is found out all the same
     */
    Optional<String> needed(Collection<String> services);

    /** Promises from now on what resources declare. */
    void keep(Collection<Resource> resources);
}
