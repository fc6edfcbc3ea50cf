package dev.webhookdb.connectors.transistor;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Replicates Transistor. */
public final class TransistorConnector implements Connector {
    @Override
    public String id() {
        return "transistor";
    }

    @Override
    public String title() {
        return "Transistor";
    }

    @Override
    public List<Resource> resources() {
        return List.of(Episode.RESOURCE, EpisodeStats.RESOURCE, Show.RESOURCE);
    }

    /**
     * Who exceeds it is shut out for ten seconds.
     *
     * @see <a href="https://developers.transistor.fm/#ratelimits">Transistor: rate limits</a>
     */
    @Override
    public Optional<RateLimit> rateLimit() {
        return Optional.of(RateLimit.of(10, Duration.ofSeconds(10)));
    }
}
