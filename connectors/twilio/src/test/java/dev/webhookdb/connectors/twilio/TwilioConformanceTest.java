package dev.webhookdb.connectors.twilio;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What every connector must do, done by Twilio's. Twilio signs no timestamp, and does not say when a message is deleted. */
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
                Ability.UPDATES,
                Ability.FETCHES,
                Ability.BACKFILL,
                Ability.INCREMENTAL,
                Ability.POLLING);
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("backfill_key", "ACb04370f90e60527dbaeeb8cdead565ac");
    }

    /** The address, followed by the form's names and values in the order of the names. */
    @Override
    protected Map<String, String> sign(Request request, Settings settings) {
        String parameters = Arrays.stream(request.text().split("&", -1))
                .sorted()
                .map(parameter -> decoded(parameter.replaceFirst("=", "")))
                .collect(Collectors.joining());
        byte[] hash = settings.secret(Twilio.AUTH_TOKEN)
                .hmac("HmacSHA1", ByteBuffer.wrap((request.url() + parameters).getBytes(StandardCharsets.UTF_8)));
        return Map.of("X-Twilio-Signature", Base64.getEncoder().encodeToString(hash));
    }

    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return Map.of("PageSize", "1000");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
