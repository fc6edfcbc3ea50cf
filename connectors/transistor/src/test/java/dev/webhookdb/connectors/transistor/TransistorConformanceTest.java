package dev.webhookdb.connectors.transistor;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
import java.util.Map;
import java.util.Set;

/** What every connector must do, done by Transistor's. */
class TransistorConformanceTest extends ConnectorConformance {
    @Override
    protected Connector connector() {
        return new TransistorConnector();
    }

    @Override
    protected Set<Ability> abilities() {
        return Set.of(Ability.BACKFILL, Ability.INCREMENTAL, Ability.POLLING, Ability.CHILDREN);
    }

    /** Episodes come in smaller pages than Transistor allows, because each may cost a request for its transcript. */
    @Override
    protected Map<String, String> pageSize(Resource resource) {
        return switch (resource.name()) {
            case "transistor_show_v1" -> Map.of("pagination[per]", "500");
            case "transistor_episode_v1" -> Map.of("pagination[per]", "25");
            default -> Map.of();
        };
    }
}
