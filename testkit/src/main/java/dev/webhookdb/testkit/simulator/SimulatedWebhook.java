package dev.webhookdb.testkit.simulator;

import java.net.URI;
import java.time.Instant;

/** Something a provider tells its subscribers. It is signed at the moment of its delivery, as often as it is delivered. */
public interface SimulatedWebhook {
    /** The provider's id of the event: the same for every delivery of it. */
    String id();

    /** The event's type, as the provider writes it. */
    String type();

    /**
     * The request that delivers it.
     *
     * @param url the subscriber's address, which some providers sign as well
     * @param secret what the provider signs with
     * @param now the time of the delivery
     */
    SignedWebhook signed(URI url, String secret, Instant now);
}
