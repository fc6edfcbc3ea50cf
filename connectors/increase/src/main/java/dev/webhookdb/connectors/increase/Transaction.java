package dev.webhookdb.connectors.increase;

import static dev.webhookdb.spi.Column.date;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;

/** A movement of money that changed the balance of an account; it never changes. */
final class Transaction {
    static final Resource RESOURCE = Increase.object(
                    "transaction", "Increase Transaction", "transactions", "transaction.created")
            .columns(
                    text("account_id").index(),
                    numeric("amount").index(),
                    timestamp("created_at").index(),
                    timestamp("updated_at").asOf().index(),
                    date("date").at("created_at").index(),
                    text("route_id").index())
            .build();

    private Transaction() {}
}
