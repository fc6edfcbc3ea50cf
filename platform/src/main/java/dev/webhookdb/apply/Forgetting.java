package dev.webhookdb.apply;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.spi.Webhook.Selection;
import java.util.List;

/** Who carries out a provider's orders to forget somebody. Implemented by whoever can erase; thread-safe. */
public interface Forgetting {
    /** Returns the integrations of an endpoint's connector in its organization: somebody may be in the tables of all of them. */
    List<Integration> concerned(Endpoint endpoint);

    /**
     * Erases rows, and notes that the provider wanted it. What it has begun is finished later, even if this fails or the host dies; it may
     * be repeated.
     *
     * @param provider the connector's id
     */
    void erase(String provider, Integration integration, Selection rows);
}
