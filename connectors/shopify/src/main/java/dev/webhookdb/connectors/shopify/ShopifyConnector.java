package dev.webhookdb.connectors.shopify;

import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import java.util.List;
import java.util.Optional;

/** Replicates Shopify. */
public final class ShopifyConnector implements Connector {
    @Override
    public String id() {
        return "shopify";
    }

    @Override
    public String title() {
        return "Shopify";
    }

    @Override
    public List<Resource> resources() {
        return List.of(
                ShopifyCustomer.RESOURCE, ShopifyFulfillment.RESOURCE, ShopifyOrder.RESOURCE, ShopifyProduct.RESOURCE);
    }

    @Override
    public Optional<RateLimit> rateLimit() {
        return Optional.of(Shopify.RATE_LIMIT);
    }

    @Override
    public Optional<ApiVersion> apiVersion() {
        return Optional.of(Shopify.VERSION);
    }
}
