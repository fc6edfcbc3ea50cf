package dev.webhookdb.connectors.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What every connector must do, done by Twilio's. */
class TwilioConformanceTest extends ConnectorConformance {
    @Override
    protected Connector connector() {
        return new TwilioConnector();
    }

    @Override
    protected Set<Ability> abilities() {
        return Set.of(
                Ability.WEBHOOKS,
                Ability.SIGNED,
                Ability.FETCHES,
                Ability.UPDATES,
                Ability.BACKFILL,
                Ability.INCREMENTAL,
                Ability.POLLING);
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "backfill_key",
                "ACb04370f90e60527dbaeeb8cdead565ac",
                "backfill_secret",
                "7b1f09c2d4e87b1f09c2d4e87b1f09c2");
    }

    /** The URL, and the form's parameters in the order of their names. */
    @Override
    protected Map<String, String> sign(Request request, Settings settings) {
        var signed = new StringBuilder(request.url());
        Stream.of(request.text().split("&"))
                .map(pair -> URLDecoder.decode(pair.replaceFirst("=", ""), UTF_8))
                .sorted()
                .forEach(signed::append);
        byte[] signature = settings.secret(Twilio.AUTH_TOKEN).hmac("HmacSHA1", UTF_8.encode(signed.toString()));
        return Map.of("X-Twilio-Signature", Base64.getEncoder().encodeToString(signature));
    }

    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return Map.of("PageSize", "1000");
    }
}
