package ${package};

import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Replicates ${provider}. */
public final class ${provider}Connector implements Connector {
    static final Setting WEBHOOK_SECRET =
            Setting.webhookSecret("webhook_secret", "In ${provider}, open Settings > Webhooks and copy the secret.");
    static final Setting API_KEY =
            Setting.apiKey("api_key", "In ${provider}, open Settings > API and create a key that may read orders.");
    static final Setting API_URL = Setting.apiUrl("https://api.${id}.example.com");

    static final Resource ORDER = Resource.named("${service}", "${provider} Order")
            .docs("https://${id}.example.com/docs/api/orders")
            .settings(WEBHOOK_SECRET, API_KEY, API_URL)
            .key(text("${id}_id").at("id"))
            .columns(
                    text("email").at("customer", "email").index(),
                    text("status").index(),
                    numeric("total"),
                    timestamp("created_at").index(),
                    timestamp("updated_at").index())
            .orderedBy("updated_at")
            .deletable()
            .webhook(Webhook.of(Verifiers.base64Hmac("X-${provider}-Signature", WEBHOOK_SECRET), ${provider}Connector::read)
                    .events("order.created", "order.updated", "order.deleted"))
            .backfill(Backfill.of(${provider}Connector::page).reaching(Reach.all()))
            .build();

    @Override
    public String id() {
        return "${id}";
    }

    @Override
    public String title() {
        return "${provider}";
    }

    @Override
    public List<Resource> resources() {
        return List.of(ORDER);
    }

    private static List<Item> read(Request request, Json event) {
        Json order = event.at("order");
        Optional<String> id = order.text("id");
        if (id.isEmpty()) {
            return List.of();
        }
        return switch (event.text("type").orElse("")) {
            case "order.created", "order.updated" -> List.of(Item.upsert(order, request.receivedAt()));
            case "order.deleted" -> List.of(Item.delete(id.get(), request.receivedAt()));
            default -> List.of();
        };
    }

    private static Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        var call = context.http()
                .get(context.settings().text(API_URL) + "/orders")
                .bearer(context.settings().secret(API_KEY))
                .query("limit", "100");
        cursor.ifPresent(after -> call.query("after", after));
        Json answer = call.send().json();
        return Page.of(answer.requiredItems("orders"), answer.text("next"));
    }
}
