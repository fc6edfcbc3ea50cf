package dev.webhookdb.connectors.increase;

import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;

/** A transfer to or from another bank, through the Automated Clearing House. */
final class AchTransfer {
    static final Resource RESOURCE = Increase.object(
                    "ach_transfer",
                    "Increase ACH Transfer",
                    "ach-transfers",
                    "ach_transfer.created",
                    "ach_transfer.updated")
            .columns(
                    text("account_number").index(),
                    text("account_id").index(),
                    numeric("amount").index(),
                    timestamp("created_at").index(),
                    timestamp("updated_at").asOf().index(),
                    text("routing_number").index(),
                    text("status"),
                    text("transaction_id").index())
            .build();

    private AchTransfer() {}
}
