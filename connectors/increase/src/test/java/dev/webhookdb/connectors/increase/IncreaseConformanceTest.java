package dev.webhookdb.connectors.increase;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
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
        String id = "msg_1";
        long now = request.receivedAt().getEpochSecond();
        Secret secret = settings.secret(Increase.WEBHOOK_SECRET);
        byte[] signature = secret.hmac("HmacSHA256", UTF_8.encode(id + "." + now + "."), request.body());
        return Map.of(
                "webhook-id",
                id,
                "webhook-timestamp",
                Long.toString(now),
                "webhook-signature",
                "v1," + Base64.getEncoder().encodeToString(signature));
    }

    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return Map.of("limit", "100");
    }
}
