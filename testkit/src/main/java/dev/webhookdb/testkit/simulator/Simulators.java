package dev.webhookdb.testkit.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The providers that can be simulated. */
public final class Simulators {
    private static final Map<String, Starter> STARTERS = new TreeMap<>(Map.of(
            "convertkit", ConvertKitSimulation::start,
            "increase", IncreaseSimulation::start,
            "shopify", ShopifySimulation::start,
            "stripe", StripeSimulation::start,
            "transistor", TransistorSimulation::start,
            "twilio", TwilioSimulation::start));

    private Simulators() {}

    /** Starts one provider's account. */
    @FunctionalInterface
    public interface Starter {
        /** Lets the account's past happen, so that it ends at the present, and serves its API. */
        Simulation start(Options options);
    }

    /**
     * What account it is.
     *
     * @param seed decides what happens
     * @param events how many happened already
     * @param key what the API's callers authorize with
     * @param port of the loopback interface; 0 stands for any free one
     */
    public record Options(long seed, int events, String key, int port) {}

    /** The identifiers of the providers, as their connectors have them. */
    public static List<String> names() {
        return List.copyOf(STARTERS.keySet());
    }

    /** What starts a provider with an identifier. */
    public static Optional<Starter> named(String name) {
        return Optional.ofNullable(STARTERS.get(name));
    }
}
