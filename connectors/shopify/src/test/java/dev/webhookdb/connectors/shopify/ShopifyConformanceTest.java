package dev.webhookdb.connectors.shopify;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** What every connector must do, done by Shopify's. */
class ShopifyConformanceTest extends ConnectorConformance {
    @Override
    protected Connector connector() {
        return new ShopifyConnector();
    }

    @Override
    protected Set<Ability> abilities() {
        return Set.of(
                Ability.WEBHOOKS,
                Ability.SIGNED,
                Ability.UPDATES,
                Ability.DELETIONS,
                Ability.BACKFILL,
                Ability.INCREMENTAL,
                Ability.CHILDREN);
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("shop_name", "acme");
    }

    @Override
    protected Map<String, String> sign(Request request, Settings settings) {
        byte[] signature = settings.secret(Shopify.WEBHOOK_SECRET).hmac("HmacSHA256", request.body());
        return Map.of("X-Shopify-Hmac-Sha256", Base64.getEncoder().encodeToString(signature));
    }

    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return Map.of("limit", "250");
    }
}
