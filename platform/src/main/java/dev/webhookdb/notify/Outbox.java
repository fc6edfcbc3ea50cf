package dev.webhookdb.notify;

import dev.webhookdb.account.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What is on its way to subscriptions and what became of it, as people and programs see it, and what they can have done. */
public interface Outbox {
    /**
     * Sends a made-up event at once, and waits for the answer.
     *
     * @return what became of it
     */
    Tried test(Subscription subscription);

    /**
     * Returns deliveries, the newest first.
     *
     * @param status {@code pending}, {@code delivered} or {@code failed}; empty for any
     * @param type of the event; empty for any
     * @param before only those with a smaller number
     */
    List<Sent> list(Subscription subscription, Optional<String> status, Optional<String> type, long before, int limit);

    /** Finds one by its id, {@code del_...}. */
    Optional<Sent> find(Subscription subscription, String id);

    /** Returns what was tried to deliver it, the first first. */
    List<Attempt> attempts(Sent delivery);

    /** Tries one again at once, also one that was delivered, and notes in the audit log who wanted it. */
    void retry(Actor actor, Subscription subscription, Sent delivery);

    /** Tries all again that failed, notes in the audit log who wanted it, and returns how many. */
    long retryFailed(Actor actor, Subscription subscription);

    /** Returns how a subscription is doing. */
    Numbers numbers(Subscription subscription);

    /** Counts the events of a time that a subscription is told of. */
    long count(Subscription subscription, Instant since, Instant until);

    /** Sends the events of a time once more, and returns how many there will be. */
    long replay(Subscription subscription, Instant since, Instant until);

    /**
     * What became of a made-up event.
     *
     * @param responseCode of the answer; empty if there was none
     * @param error why it was not taken: a sentence
     */
    record Tried(
            String eventId,
            boolean delivered,
            OptionalInt responseCode,
            String responseBody,
            Optional<String> error,
            int milliseconds) {}

    /**
     * An event on its way, or at its end.
     *
     * @param id {@code del_...}
     * @param responseCode of the last answer; empty if there was none
     * @param error why the last attempt did not succeed: a sentence
     * @param nextAttemptAt when it is tried next; empty if it is not, or nobody knows yet
     */
    record Sent(
            String id,
            String eventId,
            String eventType,
            String status,
            boolean replay,
            int attempts,
            OptionalInt responseCode,
            OptionalInt milliseconds,
            Optional<String> error,
            Instant createdAt,
            Optional<Instant> finishedAt,
            Optional<Instant> nextAttemptAt) {}

    /**
     * One attempt.
     *
     * @param requestId what the receiver calls it
     * @param answer the begin of its body
     */
    record Attempt(
            int number,
            Instant startedAt,
            int milliseconds,
            OptionalInt responseCode,
            Optional<String> requestId,
            Optional<String> error,
            String answer) {}

    /**
     * How a subscription is doing.
     *
     * @param waiting deliveries on their way
     * @param oldestSeconds how long the oldest of them has been waiting
     * @param successRate of the attempts of the last 24 hours, from 0 to 1; empty without any
     * @param p50 and {@code p99}: milliseconds of the last attempts; empty without any
     * @param breaker {@code closed}, {@code open} (deliveries are held) or {@code half_open} (one is tried)
     * @param nextAttemptAt when the next delivery is tried
     */
    record Numbers(
            long waiting,
            long oldestSeconds,
            Optional<Double> successRate,
            OptionalInt p50,
            OptionalInt p99,
            String breaker,
            Optional<Instant> nextAttemptAt) {}
}
