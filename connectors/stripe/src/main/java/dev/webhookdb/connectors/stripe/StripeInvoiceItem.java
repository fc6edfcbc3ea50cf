package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;

/**
 * An amount that the customer's next invoice will have.
 *
 * <p>Versions of Stripe's API since 2025-03-31 tell the price below {@code pricing} and the subscription below {@code parent}.
 */
final class StripeInvoiceItem {
    private static final StripeEvents EVENTS =
            StripeEvents.about("invoiceitem", "invoiceitem.created", "invoiceitem.deleted", "invoiceitem.updated");

    static final Resource RESOURCE = Resource.named("stripe_invoice_item_v1", "Stripe Invoice Item")
            .docs("https://docs.stripe.com/api/invoiceitems")
            .settings(Stripe.SETTINGS)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount").index(),
                    text("customer").via(new Reference()).index(),
                    bigint("date").index(),
                    text("description"),
                    text("invoice").via(new Reference()).index(),
                    bigint("period_end").at("period", "end").index(),
                    bigint("period_start").at("period", "start").index(),
                    text("price")
                            .or("pricing", "price_details", "price")
                            .or("plan")
                            .via(new Reference())
                            .index(),
                    text("product")
                            .at("price", "product")
                            .or("pricing", "price_details", "product")
                            .or("plan", "product")
                            .via(new Reference())
                            .index(),
                    numeric("quantity"),
                    text("subscription")
                            .or("parent", "subscription_details", "subscription")
                            .via(new Reference())
                            .index(),
                    text("subscription_item")
                            .or("parent", "subscription_details", "subscription_item")
                            .via(new Reference())
                            .index(),
                    numeric("unit_amount").or("unit_amount_decimal").or("pricing", "unit_amount_decimal"),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .deletable()
            .webhook(EVENTS.webhook())
            .fetchedBy(EVENTS.byKey())
            .backfill(StripeList.of("/v1/invoiceitems").reconciledBy(EVENTS))
            .build();

    private StripeInvoiceItem() {}
}
