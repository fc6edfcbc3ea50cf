package dev.webhookdb.testkit.simulator;

import java.time.Instant;
import java.util.List;

/** A Transistor account that is alive. It is polled: nothing is told by webhooks. */
record TransistorSimulation(TransistorSimulator account, TransistorApi api, String key) implements Simulation {
    private static final int SECONDS_PER_EVENT = 9_000;

    static Simulation start(Simulators.Options options) {
        Instant start = Instant.now().minusSeconds((long) options.events() * SECONDS_PER_EVENT);
        TransistorSimulator account = TransistorSimulator.seeded(options.seed()).startingAt(start);
        account.happen(options.events());
        account.startingAt(Instant.now());
        return new TransistorSimulation(
                account, TransistorApi.serving(account, options.key(), options.port()), options.key());
    }

    @Override
    public List<String> introduction() {
        return List.of(
                "The simulated Transistor has %d shows and %d episodes. Try:"
                        .formatted(account.shows().size(), account.episodes().size()),
                "  curl -H 'x-api-key: %s' %s/v1/episodes".formatted(key, api.url()));
    }

    @Override
    public List<SimulatedWebhook> happen(int events) {
        account.happen(events);
        return List.of();
    }
}
