package dev.webhookdb.notify;

import dev.webhookdb.account.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What is in the platform's database. Thread-safe. */
record DatabaseOutbox(Deliveries deliveries, Trial trial, Replays replays) implements Outbox {
    @Override
    public Tried test(Subscription subscription) {
        try {
            return trial.send(subscription);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Tried("", false, OptionalInt.empty(), "", Optional.of("The host stops."), 0);
        }
    }

    @Override
    public List<Sent> list(
            Subscription subscription, Optional<String> status, Optional<String> type, long before, int limit) {
        return deliveries.list(subscription, status, type, before, limit);
    }

    @Override
    public Optional<Sent> find(Subscription subscription, String id) {
        return deliveries.find(subscription, id);
    }

    @Override
    public List<Attempt> attempts(Sent delivery) {
        return deliveries.attempts(delivery);
    }

    @Override
    public void retry(Actor actor, Subscription subscription, Sent delivery) {
        deliveries.retry(actor, subscription, delivery);
    }

    @Override
    public long retryFailed(Actor actor, Subscription subscription) {
        return deliveries.retryFailed(actor, subscription);
    }

    @Override
    public Numbers numbers(Subscription subscription) {
        return deliveries.numbers(subscription);
    }

    @Override
    public long count(Subscription subscription, Instant since, Instant until) {
        return replays.count(subscription, since, until);
    }

    @Override
    public long replay(Subscription subscription, Instant since, Instant until) {
        return replays.start(subscription, since, until);
    }
}
