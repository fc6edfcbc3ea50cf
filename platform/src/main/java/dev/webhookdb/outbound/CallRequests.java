package dev.webhookdb.outbound;

import dev.webhookdb.observe.OutboundMetrics;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * The requests of one call into a connector, and when the first of them was sent by the provider's clock. Thread-safe.
 *
 * <p>What a provider answers shows the state at that time: its {@code Date} header, less the time the exchange took, rounded down
 * to a second.
 */
public final class CallRequests implements Http {
    /**
     * How a provider is talked to.
     *
     * @param provider its name, for messages
     * @param pace when requests may be sent
     * @param remedy what the operator may do about a refusal, for example which settings to check; a sentence
     * @param redact takes secrets out of a text that a provider sent
     * @param parser reads JSON; throws for anything else
     * @param weight how many bytes of memory reading a text as JSON takes
     */
    public record Terms(
            String provider,
            Pace pace,
            String remedy,
            UnaryOperator<String> redact,
            Function<byte[], Json> parser,
            ToLongFunction<byte[]> weight) {}

    private final Route route;
    private final Consumer<URI> check;
    private final Clock clock;
    private final Terms terms;
    private final AnswerMemory memory;
    private final OutboundMetrics metrics;
    private final AtomicReference<Instant> asOf = new AtomicReference<>();
    private final AtomicReference<Instant> askedAt = new AtomicReference<>();

    CallRequests(
            Route route, Consumer<URI> check, Clock clock, Terms terms, AnswerMemory memory, OutboundMetrics metrics) {
        this.route = route;
        this.check = check;
        this.clock = clock;
        this.terms = terms;
        this.memory = memory;
        this.metrics = metrics;
    }

    @Override
    public Call get(String url) {
        return new Exchange(route::get, url, this);
    }

    /** Returns when the first request that was answered was sent, by the provider's clock; by ours if there was none. */
    public Instant asOf() {
        Instant known = asOf.get();
        return known == null ? clock.instant().truncatedTo(ChronoUnit.SECONDS) : known;
    }

    /** Returns the same by our clock, which is the one that says when webhooks were received. */
    public Instant askedAt() {
        Instant known = askedAt.get();
        return known == null ? clock.instant() : known;
    }

    void answered(Optional<Instant> providersClock, Instant sentAt, Duration took) {
        earliest(askedAt, sentAt);
        earliest(
                asOf,
                providersClock.map(date -> date.minus(took)).orElse(sentAt).truncatedTo(ChronoUnit.SECONDS));
    }

    private static void earliest(AtomicReference<Instant> reference, Instant sent) {
        reference.accumulateAndGet(sent, (known, more) -> known == null || more.isBefore(known) ? more : known);
    }

    Terms terms() {
        return terms;
    }

    AnswerMemory memory() {
        return memory;
    }

    OutboundMetrics metrics() {
        return metrics;
    }

    Clock clock() {
        return clock;
    }

    void check(URI url) {
        check.accept(url);
    }
}
