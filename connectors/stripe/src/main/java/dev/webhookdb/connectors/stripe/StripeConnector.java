package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import java.util.List;

/** Replicates Stripe. */
public final class StripeConnector implements Connector {
    @Override
    public String id() {
        return "stripe";
    }

    @Override
    public String title() {
        return "Stripe";
    }

    @Override
    public List<Resource> resources() {
        return List.of(StripeCharge.RESOURCE, StripeCustomer.RESOURCE);
    }
}
