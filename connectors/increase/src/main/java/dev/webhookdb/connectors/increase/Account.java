package dev.webhookdb.connectors.increase;

import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Resource;

/** A bank account. */
final class Account {
    static final Resource RESOURCE = Increase.object(
                    "account", "Increase Account", "accounts", "account.created", "account.updated")
            .columns(
                    timestamp("created_at").index(),
                    timestamp("updated_at").asOf().index(),
                    text("name"),
                    text("entity_id").index(),
                    text("status"),
                    numeric("interest_accrued"))
            .build();

    private Account() {}
}
