package dev.webhookdb.connectors.increase;

import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;

/** A check that Increase prints and mails, or that somebody else does. */
final class CheckTransfer {
    static final Resource RESOURCE = Increase.object(
                    "check_transfer",
                    "Increase Check Transfer",
                    "check-transfers",
                    "check_transfer.created",
                    "check_transfer.updated")
            .columns(
                    timestamp("created_at").index(),
                    timestamp("updated_at").asOf().index(),
                    text("account_id").index(),
                    numeric("amount").index(),
                    text("account_number").index(),
                    text("routing_number").index(),
                    text("check_number").index(),
                    text("recipient_name").at("physical_check", "recipient_name"),
                    text("status"),
                    timestamp("canceled_at").at("cancellation", "canceled_at").index(),
                    timestamp("deposited_at").at("deposit", "deposited_at").index(),
                    timestamp("mailed_at").at("mailing", "mailed_at").index(),
                    timestamp("submitted_at").at("submission", "submitted_at").index())
            .build();

    private CheckTransfer() {}
}
