package dev.webhookdb.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.testkit.gadget.Gadget;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The kit as an author applies it, to the gadget of the moment. */
class GadgetConformance extends ConnectorConformance {
    /** What {@link Gadget} can do. */
    static final Set<Ability> ABILITIES = Set.of(
            Ability.WEBHOOKS,
            Ability.SIGNED,
            Ability.REPLAY_PROTECTION,
            Ability.UPDATES,
            Ability.DELETIONS,
            Ability.BACKFILL,
            Ability.INCREMENTAL);

    private static Gadget gadget = new Gadget();
    private static Set<Ability> claimed = ABILITIES;
    private static Map<String, String> largestPage = Map.of();

    /** Decides what the next run is about: JUnit makes the instances. */
    static void about(Gadget other, Set<Ability> claims, Map<String, String> pageSize) {
        gadget = other;
        claimed = EnumSet.copyOf(claims);
        largestPage = pageSize;
    }

    @Override
    protected Connector connector() {
        return gadget;
    }

    @Override
    protected Set<Ability> abilities() {
        return claimed;
    }

    @Override
    protected Map<String, String> sign(Request request, Settings settings) {
        String secret = settings.secret(Gadget.SECRET).reveal();
        long now = request.receivedAt().getEpochSecond();
        return Map.of(
                "Acme-Signature", StripeSimulator.sign(secret, request.text().getBytes(UTF_8), now));
    }

    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return largestPage;
    }
}
