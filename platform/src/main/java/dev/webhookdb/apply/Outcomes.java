package dev.webhookdb.apply;

import dev.webhookdb.ledger.Ledger;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What became of deliveries, as it is written down: in the log what is decided, in the queue what is tried again. */
final class Outcomes {
    private static final int IGNORED = 0;
    private static final int FAILED = 1;
    private static final int DONE = 2;

    private static final String REMOVE = """
            with removed as (
              delete from webhook_queue where webhook_id = any (:ids) returning endpoint_id, received_at
            )
            """ + Ledger.settled("removed");

    private Outcomes() {}

    /** See {@link Queue#settle}. */
    static void write(Session session, List<DeliveryResult> settlements) {
        List<Delivery> finished = new ArrayList<>();
        List<DeliveryResult> remarkable = new ArrayList<>();
        Map<Delivery, Outcome.Retry> retries = new HashMap<>();
        for (DeliveryResult settlement : settlements) {
            switch (settlement.outcome()) {
                case Outcome.Done done -> {
                    finished.add(settlement.delivery());
                    if (!settlement.about().isEmpty()) {
                        remarkable.add(settlement);
                    }
                }
                case Outcome.Ignored ignored -> {
                    finished.add(settlement.delivery());
                    remarkable.add(settlement);
                }
                case Outcome.Failed failed -> {
                    finished.add(settlement.delivery());
                    remarkable.add(settlement);
                }
                case Outcome.Fetching fetching -> {}
                case Outcome.Retry retry -> retries.put(settlement.delivery(), retry);
            }
        }
        if (!remarkable.isEmpty()) {
            record(session, remarkable.stream().map(Decided::of).toList());
        }
        if (!retries.isEmpty()) {
            postpone(session, retries);
        }
        remove(session, Queue.ids(finished));
    }

    /** Takes webhooks off the queue for good. What somebody else has taken off already is not counted twice. */
    static void remove(Session session, long[] ids) {
        session.sql(REMOVE).bind("ids", ids).execute();
    }

    /** Takes webhooks off the queue that failed for good, before anybody could say what they are about. */
    static void fail(Session session, List<Claim> claims, String reason) {
        record(
                session,
                claims.stream().map(claim -> Decided.failed(claim, reason)).toList());
        remove(session, claims.stream().mapToLong(Claim::webhookId).toArray());
    }

    /**
     * What is written down of a webhook.
     *
     * @param about as PostgreSQL writes arrays, because an array of arrays of different lengths is none for it; empty for none
     */
    private record Decided(
            long id, long endpoint, Instant received, int state, String reason, int attempts, String about) {
        private static Decided of(DeliveryResult settlement) {
            Delivery delivery = settlement.delivery();
            return new Decided(
                    delivery.webhookId(),
                    delivery.endpointId(),
                    delivery.request().receivedAt(),
                    Outcomes.state(settlement.outcome()),
                    Outcomes.reason(settlement.outcome()),
                    delivery.attempts() + 1,
                    array(settlement.about()));
        }

        private static Decided failed(Claim claim, String reason) {
            return new Decided(
                    claim.webhookId(),
                    claim.endpointId(),
                    claim.receivedAt(),
                    FAILED,
                    Texts.storable(reason),
                    claim.attempts() + 1,
                    "");
        }
    }

    /** A webhook may be twice in a batch, from memory and from the queue; one statement may write a row only once. */
    private static void record(Session session, List<Decided> decided) {
        session.sql("""
                        insert into webhook_outcome (webhook_id, endpoint_id, received_at, state, reason, attempts, integration_ids)
                        select distinct on (id) id, endpoint, received, state, reason, attempts, nullif(about, '')::bigint[]
                        from unnest(:ids, :endpoints, :received, :states, :reasons, :attempts, :about)
                          as decided (id, endpoint, received, state, reason, attempts, about)
                        on conflict (endpoint_id, received_at, webhook_id)
                        do update set state = excluded.state, reason = excluded.reason, attempts = excluded.attempts,
                          integration_ids = excluded.integration_ids, decided_at = now()""")
                .bind("ids", decided.stream().mapToLong(Decided::id).toArray())
                .bind("endpoints", decided.stream().mapToLong(Decided::endpoint).toArray())
                .bind("received", decided.stream().map(Decided::received).toArray(Instant[]::new))
                .bind("states", decided.stream().mapToInt(Decided::state).toArray())
                .bind("reasons", decided.stream().map(Decided::reason).toArray(String[]::new))
                .bind("attempts", decided.stream().mapToInt(Decided::attempts).toArray())
                .bind("about", decided.stream().map(Decided::about).toArray(String[]::new))
                .execute();
    }

    private static int state(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Ignored ignored -> IGNORED;
            case Outcome.Failed failed -> FAILED;
            case Outcome.Done done -> DONE;
            case Outcome.Fetching fetching -> throw undecided();
            case Outcome.Retry retry -> throw undecided();
        };
    }

    private static String reason(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Ignored(String why) -> Texts.storable(why);
            case Outcome.Failed(String why) -> Texts.storable(why);
            case Outcome.Done done -> "";
            case Outcome.Fetching fetching -> throw undecided();
            case Outcome.Retry retry -> throw undecided();
        };
    }

    private static IllegalArgumentException undecided() {
        return new IllegalArgumentException("Nothing is recorded of what is under way");
    }

    private static String array(List<Long> numbers) {
        return numbers.isEmpty()
                ? ""
                : numbers.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    private static void postpone(Session session, Map<Delivery, Outcome.Retry> retries) {
        List<Delivery> deliveries = List.copyOf(retries.keySet());
        session.sql("""
                        update webhook_queue as queue
                        set due_at = clock_timestamp() + postponed.delay * interval '1 millisecond',
                          attempts = postponed.attempts, reason = postponed.reason
                        from unnest(:ids, :delays, :attempts, :reasons) as postponed (id, delay, attempts, reason)
                        where queue.webhook_id = postponed.id""")
                .bind("ids", Queue.ids(deliveries))
                .bind(
                        "delays",
                        deliveries.stream()
                                .mapToLong(one -> retries.get(one).delay().toMillis())
                                .toArray())
                .bind(
                        "attempts",
                        deliveries.stream()
                                .mapToInt(one ->
                                        one.attempts() + (retries.get(one).counts() ? 1 : 0))
                                .toArray())
                .bind(
                        "reasons",
                        deliveries.stream()
                                .map(one -> Texts.storable(retries.get(one).reason()))
                                .toArray(String[]::new))
                .execute();
    }
}
