package dev.webhookdb.connectors.stripe;

import static dev.webhookdb.spi.Column.bigint;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;

import dev.webhookdb.spi.Conversion.Reference;
import dev.webhookdb.spi.Resource;
import java.time.Duration;

/** A movement of the account's balance. There are no events about it; what is pending becomes available within a month at most. */
final class StripeBalanceTransaction {
    static final Resource RESOURCE = Resource.named("stripe_balance_transaction_v1", "Stripe Balance Transaction")
            .docs("https://docs.stripe.com/api/balance_transactions")
            .settings(Stripe.RESTRICTED_KEY, Stripe.API_URL, Stripe.CONNECTED_ACCOUNT, Stripe.ACCOUNT_COLUMN)
            .key(text("stripe_id").at("id"))
            .columns(
                    numeric("amount").index(),
                    bigint("available_on").index(),
                    bigint("created").index(),
                    text("currency").index(),
                    text("description"),
                    numeric("exchange_rate"),
                    numeric("fee"),
                    numeric("net"),
                    text("reporting_category").index(),
                    text("source").via(new Reference()).index(),
                    text("status").index(),
                    text("type").index(),
                    bigint("updated").asOf().index())
            .columns(Stripe.ACCOUNT_ID)
            .orderedBy("updated")
            .backfill(StripeList.of("/v1/balance_transactions")
                    .createdWithin(Duration.ofDays(31))
                    .every(Duration.ofHours(6)))
            .build();

    private StripeBalanceTransaction() {}
}
