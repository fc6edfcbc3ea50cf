package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import java.util.List;
import java.util.Optional;

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
        return List.of(
                StripeBalanceTransaction.RESOURCE,
                StripeCharge.RESOURCE,
                StripeCheckoutSession.RESOURCE,
                StripeCoupon.RESOURCE,
                StripeCustomer.RESOURCE,
                StripeDispute.RESOURCE,
                StripeInvoice.RESOURCE,
                StripeInvoiceItem.RESOURCE,
                StripeInvoicePayment.RESOURCE,
                StripePaymentIntent.RESOURCE,
                StripePaymentMethod.RESOURCE,
                StripePayout.RESOURCE,
                StripePrice.RESOURCE,
                StripeProduct.RESOURCE,
                StripeRefund.RESOURCE,
                StripeSubscription.RESOURCE,
                StripeSubscriptionItem.RESOURCE);
    }

    @Override
    public Optional<RateLimit> rateLimit() {
        return Optional.of(Stripe.RATE_LIMIT);
    }

    @Override
    public Optional<ApiVersion> apiVersion() {
        return Optional.of(Stripe.API_VERSION);
    }
}
