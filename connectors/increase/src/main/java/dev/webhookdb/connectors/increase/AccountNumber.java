package dev.webhookdb.connectors.increase;

import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;

/** A number under which an account can be reached. */
final class AccountNumber {
    static final Resource RESOURCE = Increase.object(
                    "account_number",
                    "Increase Account Number",
                    "account-numbers",
                    "account_number.created",
                    "account_number.updated")
            .columns(
                    timestamp("created_at").index(),
                    timestamp("updated_at").asOf().index(),
                    text("account_id").index(),
                    text("account_number").index(),
                    text("name"),
                    text("routing_number").index(),
                    text("status"))
            .build();

    private AccountNumber() {}
}
