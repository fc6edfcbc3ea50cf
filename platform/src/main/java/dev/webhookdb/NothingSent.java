package dev.webhookdb;

import dev.webhookdb.account.Actor;
import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.Subscription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What there is where nothing is sent. */
final class NothingSent implements Outbox {
    @Override
    public Tried test(Subscription subscription) {
        return new Tried("evt_test", false, OptionalInt.empty(), "", Optional.of("Nothing is sent by this host."), 0);
    }

    @Override
    public List<Sent> list(
            Subscription subscription, Optional<String> status, Optional<String> type, long before, int limit) {
        return List.of();
    }

    @Override
    public Optional<Sent> find(Subscription subscription, String id) {
        return Optional.empty();
    }

    @Override
    public List<Attempt> attempts(Sent delivery) {
        return List.of();
    }

    @Override
    public void retry(Actor actor, Subscription subscription, Sent delivery) {
        throw new UnsupportedOperationException("Nothing is sent by this host.");
    }

    @Override
    public long retryFailed(Actor actor, Subscription subscription) {
        return 0;
    }

    @Override
    public Numbers numbers(Subscription subscription) {
        return new Numbers(
                0, 0, Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), "closed", Optional.empty());
    }

    @Override
    public long count(Subscription subscription, Instant since, Instant until) {
        return 0;
    }

    @Override
    public long replay(Subscription subscription, Instant since, Instant until) {
        return 0;
    }
}
