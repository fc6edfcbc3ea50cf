package dev.webhookdb.testkit.simulator;

import java.time.Instant;
import java.util.List;

/** An Increase group that is alive. */
record IncreaseSimulation(IncreaseSimulator group, IncreaseApi api, String key) implements Simulation {
    private static final int SECONDS_PER_EVENT = 12;

    static Simulation start(Simulators.Options options) {
        Instant start = Instant.now().minusSeconds((long) options.events() * SECONDS_PER_EVENT);
        IncreaseSimulator group = IncreaseSimulator.seeded(options.seed()).startingAt(start);
        group.happen(options.events());
        return new IncreaseSimulation(group, IncreaseApi.serving(group, options.key(), options.port()), options.key());
    }

    @Override
    public List<String> introduction() {
        return List.of(
                "The simulated Increase has %d accounts and %d ACH transfers. Try:"
                        .formatted(
                                group.objects("account").size(),
                                group.objects("ach_transfer").size()),
                "  curl -H 'Authorization: Bearer %s' '%s/ach_transfers?limit=2'".formatted(key, api.url()));
    }

    @Override
    public List<IncreaseEvent> happen(int events) {
        return group.happen(events);
    }
}
