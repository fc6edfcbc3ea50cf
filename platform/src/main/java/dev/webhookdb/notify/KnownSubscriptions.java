package dev.webhookdb.notify;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.sql.Database;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Subscriptions as they were when something of theirs was claimed, read again when they were changed since. Thread-safe. */
final class KnownSubscriptions {
    private static final int MOST = 10_000;

    private final Database platform;
    private final SubscriptionRepository repository;
    private final Map<Long, Known> known = new ConcurrentHashMap<>();

    private record Known(Instant changedAt, Subscription subscription) {}

    KnownSubscriptions(Database platform, Sealer sealer) {
        this.platform = platform;
        this.repository = new SubscriptionRepository(sealer);
    }

    /** Returns whose delivery it is; empty if it was deleted. Many who ask for the same at once make it read once. */
    Optional<Subscription> find(Queued queued) {
        if (known.size() >= MOST) {
            known.clear();
        }
        Known one = known.get(queued.subscription());
        if (one == null || !one.changedAt().equals(queued.subscriptionAt())) {
            one = known.compute(
                    queued.subscription(),
                    (id, before) -> before != null && before.changedAt().equals(queued.subscriptionAt())
                            ? before
                            : read(id).orElse(null));
        }
        return Optional.ofNullable(one).map(Known::subscription);
    }

    /** When it was changed is read first: what is changed in between is read once more the next time. */
    private Optional<Known> read(long id) {
        return platform.transaction(session -> session.sql("select updated_at from subscription where id = :id")
                .bind("id", id)
                .first(row -> row.instant("updated_at"))
                .flatMap(at -> repository.find(session, id).map(subscription -> new Known(at, subscription))));
    }
}
