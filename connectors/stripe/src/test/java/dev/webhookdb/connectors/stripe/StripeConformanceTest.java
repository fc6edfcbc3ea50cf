package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every connector must do, done by Stripe's. */
class StripeConformanceTest extends ConnectorConformance {
    private static final String KEY = "rk_simulated";

    private static StripeApi api;

    @BeforeAll
    static void serve() {
        StripeSimulator account = StripeSimulator.seeded(7).wholeBusiness(true);
        account.happen(1_200);
        api = StripeApi.serving(account, KEY);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Override
    protected Connector connector() {
        return new StripeConnector();
    }

    @Override
    protected Set<Ability> abilities() {
        return Set.of(
                Ability.WEBHOOKS,
                Ability.SIGNED,
                Ability.REPLAY_PROTECTION,
                Ability.UPDATES,
                Ability.DELETIONS,
                Ability.BACKFILL,
                Ability.INCREMENTAL,
                Ability.RANGES,
                Ability.POLLING,
                Ability.CHILDREN);
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("webhook_secret", "whsec_planted7b1f09c2d4e8", "backfill_key", "rk_test_planted7b1f09c2d4e8");
    }

    @Override
    protected Map<String, String> sign(Request request, Settings settings) {
        byte[] body = request.text().getBytes(StandardCharsets.UTF_8);
        String secret = settings.secret(Stripe.WEBHOOK_SECRET).reveal();
        long now = request.receivedAt().getEpochSecond();
        return Map.of("Stripe-Signature", StripeSimulator.sign(secret, body, now));
    }

    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return Map.of("limit", "100");
    }

    @Override
    protected Map<String, String> api() {
        return Map.of("api_url", api.url().toString(), "backfill_key", KEY, "webhook_secret", "whsec_simulated");
    }
}
