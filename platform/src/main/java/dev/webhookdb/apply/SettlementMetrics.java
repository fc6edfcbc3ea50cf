package dev.webhookdb.apply;

import dev.webhookdb.observe.ApplyMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Tells what became of deliveries, once that is written down. Thread-safe. */
record SettlementMetrics(ApplyMetrics metrics, Clock clock) {
    void tell(List<DeliveryResult> settlements) {
        Instant now = clock.instant();
        for (DeliveryResult settlement : settlements) {
            switch (settlement.outcome()) {
                case Outcome.Done() ->
                    metrics.stored(
                            Duration.between(settlement.delivery().request().receivedAt(), now));
                case Outcome.Fetching() -> metrics.settled(ApplyMetrics.Outcome.FETCHING);
                case Outcome.Ignored(var reason) -> metrics.settled(ApplyMetrics.Outcome.IGNORED);
                case Outcome.Failed(var reason) -> metrics.settled(ApplyMetrics.Outcome.FAILED);
                case Outcome.Retry(var reason, var delay, var counts) -> metrics.settled(ApplyMetrics.Outcome.RETRY);
            }
        }
    }
}
