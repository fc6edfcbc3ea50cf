package dev.webhookdb.notify;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has those tables of an organization followed of which somebody wants to know what happens, and no others. */
@FunctionalInterface
public interface Alignment {
    /**
     * Does it now.
     *
     * @throws RuntimeException if that is not possible now; it is tried again in the background
     */
    void align(long organizationId);

    /** Does it now, or leaves it to the background: what was decided stays so, whatever database is away. */
    default void alignInTime(long organizationId) {
        try {
            align(organizationId);
        } catch (RuntimeException e) {
            Logger log = LoggerFactory.getLogger(Alignment.class);
            log.warn("Tables of the organization {} are followed later: {}", organizationId, e.getMessage());
        }
    }
}
