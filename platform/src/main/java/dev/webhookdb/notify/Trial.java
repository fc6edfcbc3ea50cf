package dev.webhookdb.notify;

import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.event.EventBody;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.notify.Outbox.Tried;
import dev.webhookdb.outbound.Delivered;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Sends a made-up event at once, so that somebody sees whether their endpoint takes it. It is not kept. Thread-safe. */
public final class Trial {
    private static final String TYPE = "webhook.test";

    /** Tells the receiver that nothing happened. */
    private static final Map<String, String> MARK = Map.of("Whdb-Test-Event", "1");

    private final Database platform;
    private final Samples samples;
    private final EventRequests requests;
    private final Clock clock;

    /** Knows what a row of an integration's table looks like. */
    @FunctionalInterface
    public interface Samples {
        /**
         * Returns what a row event of the integration would tell of its newest row, or of an empty one.
         *
         * @return fields of a row event behind its {@code origin}; empty if there is no such table
         */
        Optional<Sample> of(long organizationId, long integration);
    }

    /**
     * An example.
     *
     * @param type for example {@code stripe_charge_v1.updated}
     * @param fields what follows the times: {@code origin, service_name, table_name, external_id, external_id_column, row, changes}
     */
    public record Sample(String type, Json.Obj fields) {}

    /** @param publicUrl the installation's */
    public Trial(
            Database platform, Samples samples, Outbound outbound, Signatures signatures, URI publicUrl, Clock clock) {
        this.platform = platform;
        this.samples = samples;
        this.requests = new EventRequests(outbound, signatures, publicUrl, clock);
        this.clock = clock;
    }

    /**
     * Sends one, and waits for the answer, at most some 15 s. It is sent whatever the subscription's status is, and counts for nothing.
     *
     * @throws InterruptedException if the host stops
     */
    public Tried send(Subscription subscription) throws InterruptedException {
        String id = OpaqueId.withPrefix("evt_test_");
        Sample sample = subscription.integration().stream()
                .boxed()
                .flatMap(
                        integration -> newestEvent(subscription, integration)
                                .or(() -> samples.of(subscription.organizationId(), integration))
                                .stream())
                .findFirst()
                .orElseGet(Trial::general);
        Delivered delivered = requests.send(
                subscription, new EventRequests.Told(id, sample.type(), body(id, sample), 1, false), MARK);
        Verdict verdict = Verdict.of(delivered, clock.instant());
        boolean taken = verdict.kind() == Verdict.Kind.DELIVERED;
        int milliseconds = Math.toIntExact(delivered.took().toMillis());
        return switch (delivered) {
            case Delivered.Answered answer ->
                new Tried(
                        id,
                        taken,
                        OptionalInt.of(answer.status()),
                        new String(answer.body(), StandardCharsets.UTF_8),
                        verdict.error(),
                        milliseconds);
            case Delivered.Unanswered none ->
                new Tried(id, false, OptionalInt.empty(), "", verdict.error(), milliseconds);
        };
    }

    /** What was told last is the best example of what will be. */
    private Optional<Sample> newestEvent(Subscription subscription, long integration) {
        return platform.transaction(session -> session.sql("""
                        select type, body from event
                        where organization_id = :organization and integration_id = :integration
                          and number > coalesce((select max(number) from event where organization_id = :organization), 0) - 1000
                        order by number desc limit 1""")
                .bind("organization", subscription.organizationId())
                .bind("integration", integration)
                .first(row -> new Sample(row.text("type"), behindTimes(row.text("body")))));
    }

    private static Json.Obj behindTimes(String body) {
        Map<String, Json> fields = new LinkedHashMap<>();
        if (JsonReader.read(body.getBytes(StandardCharsets.UTF_8)) instanceof Json.Obj(Map<String, Json> all)) {
            fields.putAll(all);
        }
        fields.keySet().removeAll(EventBody.COMMON);
        return new Json.Obj(fields);
    }

    private static Sample general() {
        return new Sample(
                TYPE,
                new Json.Obj(Map.of(
                        "data", new Json.Obj(Map.of("message", new Json.Str("This is a test: nothing happened."))))));
    }

    private String body(String id, Sample sample) {
        return EventBody.of(id, sample.type(), clock.instant(), sample.fields().fields());
    }
}
