package dev.webhookdb.spi;

import java.util.List;
import java.util.Optional;

/**
 * A provider whose resources can be replicated, such as Stripe.
 *
 * <p>Connectors are found by {@link java.util.ServiceLoader}: an implementation is a public class with a public constructor
 * without parameters, named in {@code META-INF/services/dev.webhookdb.spi.Connector} of a JAR whose manifest has
 * {@code Connector-Spi-Version} and {@code Connector-Version}. Each method is called once, when the connector is loaded, must
 * answer within five seconds and must do no I/O.
 */
public interface Connector {
    /** Returns the identifier, unique among installed connectors and never changed, for example {@code stripe}. */
    String id();

    /** Returns the name shown to people, for example {@code Stripe}. */
    String title();

    /** Returns what can be replicated: at least one resource, with distinct names. */
    List<Resource> resources();

    /**
     * Returns how often the provider's API may be called with one credential, as its documentation says; empty if that is not known.
     * The platform slows down by itself when the provider asks it to (429), and an operator may set another rate.
     */
    default Optional<RateLimit> rateLimit() {
        return Optional.empty();
    }

    /** Returns which version of the provider's API is asked for, and where webhooks say theirs; empty if the API has none. */
    default Optional<ApiVersion> apiVersion() {
        return Optional.empty();
    }
}
