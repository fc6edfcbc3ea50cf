package dev.webhookdb.testkit.simulator;

import java.time.Instant;
import java.util.List;

/** A Stripe account that is alive. */
record StripeSimulation(StripeSimulator account, StripeApi api, String key) implements Simulation {
    private static final int SECONDS_PER_EVENT = 12;

    static Simulation start(Simulators.Options options) {
        Instant start = Instant.now().minusSeconds((long) options.events() * SECONDS_PER_EVENT);
        StripeSimulator account =
                StripeSimulator.seeded(options.seed()).startingAt(start).wholeBusiness(true);
        account.happen(options.events());
        return new StripeSimulation(account, StripeApi.serving(account, options.key(), options.port()), options.key());
    }

    @Override
    public List<String> introduction() {
        return List.of(
                "The simulated Stripe has %d charges and %d customers. Try:"
                        .formatted(account.charges().size(), account.customers().size()),
                "  curl -u %s: '%s/v1/charges?limit=2'".formatted(key, api.url()));
    }

    @Override
    public List<StripeEvent> happen(int events) {
        return account.happenAt(Instant.now(), events);
    }
}
