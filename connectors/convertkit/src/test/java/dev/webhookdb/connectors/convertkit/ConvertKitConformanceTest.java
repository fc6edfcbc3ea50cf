package dev.webhookdb.connectors.convertkit;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.testkit.Ability;
import dev.webhookdb.testkit.ConnectorConformance;
import java.util.Set;

/** What every connector must do, done by ConvertKit's. Its webhooks are not signed, and its pages have one size. */
class ConvertKitConformanceTest extends ConnectorConformance {
    @Override
    protected Connector connector() {
        return new ConvertKitConnector();
    }

    @Override
    protected Set<Ability> abilities() {
        return Set.of(Ability.WEBHOOKS, Ability.UPDATES, Ability.BACKFILL, Ability.INCREMENTAL, Ability.POLLING);
    }
}
