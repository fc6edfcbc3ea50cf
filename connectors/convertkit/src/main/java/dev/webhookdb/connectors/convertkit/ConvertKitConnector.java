package dev.webhookdb.connectors.convertkit;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Replicates ConvertKit, now called Kit. */
public final class ConvertKitConnector implements Connector {
    @Override
    public String id() {
        return "convertkit";
    }

    @Override
    public String title() {
        return "ConvertKit";
    }

    @Override
    public List<Resource> resources() {
        return List.of(Broadcast.RESOURCE, Subscriber.RESOURCE, Tag.RESOURCE);
    }

    /**
     * For one key, over any 60 seconds.
     *
     * @see <a href="https://developers.convertkit.com/#rate-limiting">ConvertKit: rate limiting</a>
     */
    @Override
    public Optional<RateLimit> rateLimit() {
        return Optional.of(RateLimit.of(120, Duration.ofSeconds(60)));
    }
}
