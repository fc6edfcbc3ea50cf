package dev.webhookdb.connectors.increase;

import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;

/** A transfer through Fedwire; not approved until somebody did so. */
final class WireTransfer {
    static final Resource RESOURCE = Increase.object(
                    "wire_transfer",
                    "Increase Wire Transfer",
                    "wire-transfers",
                    "wire_transfer.created",
                    "wire_transfer.updated")
            .columns(
                    text("account_number").index(),
                    text("account_id").index(),
                    numeric("amount").index(),
                    timestamp("approved_at").at("approval", "approved_at"),
                    timestamp("created_at").index(),
                    text("routing_number").index(),
                    text("status"),
                    text("transaction_id").index(),
                    timestamp("updated_at").asOf().index())
            .build();

    private WireTransfer() {}
}
