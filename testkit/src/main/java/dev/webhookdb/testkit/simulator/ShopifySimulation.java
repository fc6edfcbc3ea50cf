package dev.webhookdb.testkit.simulator;

import java.time.Instant;
import java.util.List;

/** A shop that is alive. */
record ShopifySimulation(ShopifySimulator shop, ShopifyApi api, String token) implements Simulation {
    private static final int SECONDS_PER_EVENT = 12;

    static Simulation start(Simulators.Options options) {
        Instant start = Instant.now().minusSeconds((long) options.events() * SECONDS_PER_EVENT);
        ShopifySimulator shop = ShopifySimulator.seeded(options.seed()).startingAt(start);
        shop.happen(options.events());
        ShopifyApi api = ShopifyApi.serving(shop, options.key(), options.port()).limited();
        return new ShopifySimulation(shop, api, options.key());
    }

    @Override
    public List<String> introduction() {
        return List.of(
                "The simulated shop has had %d orders of %d customers. Try:"
                        .formatted(
                                shop.resources("orders").size(),
                                shop.resources("customers").size()),
                "  curl -H 'X-Shopify-Access-Token: %s' '%s/admin/api/%s/orders.json?status=any&limit=2'"
                        .formatted(token, api.url(), ShopifyApi.VERSION));
    }

    @Override
    public List<ShopifyEvent> happen(int events) {
        return shop.happenAt(Instant.now(), events);
    }
}
