package dev.webhookdb.testkit.simulator;

import java.time.Instant;
import java.util.List;

/** A ConvertKit account that is alive. */
record ConvertKitSimulation(ConvertKitSimulator account, ConvertKitApi api, String key) implements Simulation {
    private static final int SECONDS_PER_EVENT = 100;

    static Simulation start(Simulators.Options options) {
        Instant start = Instant.now().minusSeconds((long) options.events() * SECONDS_PER_EVENT);
        ConvertKitSimulator account = ConvertKitSimulator.seeded(options.seed()).startingAt(start);
        account.happen(options.events());
        return new ConvertKitSimulation(
                account, ConvertKitApi.serving(account, options.key(), options.port()), options.key());
    }

    @Override
    public List<String> introduction() {
        return List.of(
                "The simulated ConvertKit has %d subscribers and %d broadcasts. Try:"
                        .formatted(
                                account.subscribers().size(),
                                account.broadcasts().size()),
                "  curl '%s/v3/subscribers?api_secret=%s'".formatted(api.url(), key));
    }

    @Override
    public List<ConvertKitWebhook> happen(int events) {
        return account.happen(events);
    }
}
