package dev.webhookdb.connectors.increase;

import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;

/** A transfer between two accounts at Increase. */
final class AccountTransfer {
    static final Resource RESOURCE = Increase.object(
                    "account_transfer",
                    "Increase Account Transfer",
                    "account-transfers",
                    "account_transfer.created",
                    "account_transfer.updated")
            .columns(
                    numeric("amount").index(),
                    text("account_id").index(),
                    timestamp("created_at").index(),
                    timestamp("updated_at").asOf().index(),
                    timestamp("canceled_at").at("cancellation", "canceled_at"),
                    text("destination_account_id").index(),
                    text("destination_transaction_id").index(),
                    text("status"),
                    text("transaction_id").index())
            .build();

    private AccountTransfer() {}
}
