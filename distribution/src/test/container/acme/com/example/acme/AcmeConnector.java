package com.example.acme;

import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook;
import java.util.List;

/** What somebody else might mount into the container: one table, filled by signed webhooks. */
public final class AcmeConnector implements Connector {
    private static final Setting SECRET = Setting.webhookSecret("webhook_secret", "In Acme, see Settings > Webhooks.");

    private static final Resource ORDER = Resource.named("acme_order_v1", "Acme Order")
            .docs("https://acme.example.com/docs/orders")
            .settings(SECRET)
            .key(text("acme_id").at("id"))
            .columns(text("status").index(), timestamp("updated_at").index())
            .orderedBy("updated_at")
            .webhook(Webhook.of(Verifiers.base64Hmac("X-Acme-Signature", SECRET), AcmeConnector::read))
            .build();

    @Override
    public String id() {
        return "acme";
    }

    @Override
    public String title() {
        return "Acme";
    }

    @Override
    public List<Resource> resources() {
        return List.of(ORDER);
    }

    private static List<Item> read(Request request, Json event) {
        return List.of(Item.upsert(event.at("order"), request.receivedAt()));
    }
}
