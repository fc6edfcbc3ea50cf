package dev.webhookdb.demo;

import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeObject;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A Stripe account with a past, its API on this machine, and the credentials for both directions. Thread-safe. */
final class SimulatedStripe implements AutoCloseable {
    /** More than passes between two events, so that the past ends before the present. */
    private static final Duration PER_EVENT = Duration.ofSeconds(25);

    private final StripeSimulator account;
    private final StripeApi api;
    private final long seed;
    private final String key;
    private final String secret;

    private SimulatedStripe(StripeSimulator account, StripeApi api, long seed, String key, String secret) {
        this.account = account;
        this.api = api;
        this.seed = seed;
        this.key = key;
        this.secret = secret;
    }

    /**
     * Starts to serve an account in which so many events have happened.
     *
     * <p>The credentials are new each time: an organization of an earlier demo must not read from this account.
     *
     * @param port of the loopback interface, on which the API is served; when it is taken, on any other
     */
    static SimulatedStripe start(long seed, int past, int port) {
        StripeSimulator account =
                StripeSimulator.seeded(seed).startingAt(Instant.now().minus(PER_EVENT.multipliedBy(past)));
        account.happen(past);
        String key = "rk_test_" + random();
        return new SimulatedStripe(account, serving(account, key, port), seed, key, "whsec_" + random());
    }

    /** Makes so many events happen, at the present: an event that is older than a listing would not be news. */
    List<StripeEvent> happen(int events) {
        return account.happenAt(Instant.now(), events);
    }

    StripeSimulator account() {
        return account;
    }

    URI url() {
        return api.url();
    }

    long seed() {
        return seed;
    }

    /** What callers of the API authorize with. */
    String key() {
        return key;
    }

    /** What webhooks are signed with. */
    String secret() {
        return secret;
    }

    int charges() {
        return account.charges().size();
    }

    /** How many customers are listed, which are those that were not deleted. */
    long customers() {
        return account.customers().values().stream()
                .filter(customer -> !customer.deleted())
                .map(StripeObject::id)
                .count();
    }

    @Override
    public void close() {
        api.close();
    }

    private static StripeApi serving(StripeSimulator account, String key, int port) {
        try {
            return StripeApi.serving(account, key, port);
        } catch (UncheckedIOException e) {
            // taken, perhaps by another demo
            return StripeApi.serving(account, key);
        }
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
