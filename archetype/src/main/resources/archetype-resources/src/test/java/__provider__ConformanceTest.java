package ${package};

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** What every connector must do, with the samples in {@code src/test/resources/samples}. */
class ${provider}ConformanceTest extends ConnectorConformance {
    @Override
    protected Connector connector() {
        return new ${provider}Connector();
    }

    @Override
    protected Set<Ability> abilities() {
        return Set.of(Ability.WEBHOOKS, Ability.SIGNED, Ability.UPDATES, Ability.DELETIONS, Ability.BACKFILL);
    }

    @Override
    protected Map<String, String> sign(Request request, Settings settings) {
        byte[] signature = settings.secret(${provider}Connector.WEBHOOK_SECRET).hmac("HmacSHA256", request.body());
        return Map.of("X-${provider}-Signature", Base64.getEncoder().encodeToString(signature));
    }

    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return Map.of("limit", "100");
    }
}
