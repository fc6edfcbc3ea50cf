package dev.webhookdb.connectors.increase;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** What every connector must do, done by Increase's. */
class IncreaseConformanceTest extends ConnectorConformance {
    @Override
    protected Connector connector() {
        return new IncreaseConnector();
    }

    @Override
    protected Set<Ability> abilities() {
        return Set.of(
                Ability.WEBHOOKS,
                Ability.SIGNED,
                Ability.REPLAY_PROTECTION,
                Ability.FETCHES,
                Ability.BACKFILL,
                Ability.INCREMENTAL);
    }

    @Override
    protected Map<String, String> sign(Request request, Settings settings) {
        long now = request.receivedAt().getEpochSecond();
        ByteBuffer start = ByteBuffer.wrap("event_1.%d.".formatted(now).getBytes(StandardCharsets.UTF_8));
        byte[] hash = settings.secret(Increase.WEBHOOK_SECRET).hmac("HmacSHA256", start, request.body());
        return Map.of(
                "webhook-id",
                "event_1",
                "webhook-timestamp",
                String.valueOf(now),
                "webhook-signature",
                "v1," + Base64.getEncoder().encodeToString(hash));
    }

    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return Map.of("limit", "100");
    }
}
