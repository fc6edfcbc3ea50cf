package dev.webhookdb.connectors.increase;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Replicates Increase. */
public final class IncreaseConnector implements Connector {
    @Override
    public String id() {
        return "increase";
    }

    @Override
    public String title() {
        return "Increase";
    }

    @Override
    public List<Resource> resources() {
        return List.of(
                Account.RESOURCE,
                AccountNumber.RESOURCE,
                AccountTransfer.RESOURCE,
                AchTransfer.RESOURCE,
                CheckTransfer.RESOURCE,
                Event.RESOURCE,
                Transaction.RESOURCE,
                WireTransfer.RESOURCE);
    }

    /**
     * The limit of a production group. A sandbox has a fifth of it, and says so with 429 and {@code Retry-After}.
     *
     * @see <a href="https://increase.com/documentation/rate-limits">Increase: rate limits</a>
     */
    @Override
    public Optional<RateLimit> rateLimit() {
        return Optional.of(RateLimit.of(100, Duration.ofSeconds(1)));
    }
}
