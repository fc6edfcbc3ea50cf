package dev.webhookdb.notify;

import dev.webhookdb.spi.Resource;
import java.util.Optional;

/**
 * A type of events.
 *
 * @param name as it is sent, for example {@code stripe_charge_v1.updated}
 * @param group what it is about: the name without its last part
 * @param description a sentence
 * @param resource whose rows it is about; empty for what happens to accounts
 */
public record EventType(String name, String group, String description, Optional<Resource> resource) {
    /** Returns whether it is about a row of a service. */
    public boolean isRowEvent() {
        return resource.isPresent();
    }
}
