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
        public void keep(Collection<Resource> resources) {}
    };

    /** Returns in a sentence what a resource declares otherwise than was promised. */
    Optional<String> broken(Resource resource);

    /** Promises from now on what resources declare. */
    void keep(Collection<Resource> resources);
}
