package dev.webhookdb.notify;

import dev.webhookdb.outbound.Delivered;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.QueueTable;
import dev.webhookdb.queue.QueueTable.Room;
import dev.webhookdb.sql.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A delivery whose turn it is.
 *
 * @param at when the delivery was made, which is in the key of its row
 * @param subscriptionAt when the subscription was changed last
 * @param eventAt when the event was written
 * @param eventId empty if the event is kept no more
 * @param body empty if it is a large one, to be read apart
 * @param webhook the number of the webhook that led to the event; empty if none did
 */
record Queued(
        Instant at,
        long subscription,
        Instant subscriptionAt,
        long organization,
        long eventNumber,
        Instant eventAt,
        Optional<String> eventId,
        Optional<String> eventType,
        Optional<String> body,
        OptionalLong webhook,
        Optional<String> rowKey,
        boolean replay) {
    /** Larger bodies are not read with a claim, so that what waits for its thread takes little memory; in bytes. */
    private static final int LARGEST_BODY = 64 << 10;

    /** Id, type, the body or nothing in place of a large one, and the webhook's number or 0: read with one look, because deliveries are many. */
    private static final String EVENT = """
            (select array[event.id, event.type, case when octet_length(body) <= %d then body else '' end, coalesce(webhook_id, 0)::text] from event
              where event.organization_id = delivery_queue.organization_id and event.number = event_number and event.created_at = event_at)
            as event""".formatted(LARGEST_BODY);

    /**
     * None while the subscription is not active, or its breaker holds; one when it lets one through to see; else as many as it takes at a
     * time, and of a tenth of a second's share where it has a rate.
     */
    private static final Room ROOM = new Room("""
            coalesce((
              select case
                when subscription.status <> 'active' then 0
                when health.held_until > (select at from now) or health.paced_until > (select at from now) then 0
                when health.holds > 0 then 1 - held.number
                else least(concurrency - held.number, case when rate is not null then ceil(rate / 10.0)::bigint end)
              end
              from subscription join subscription_health as health on subscription_id = subscription.id where subscription.id = lane), 0)""", """
            (select min(at) from (
              select min(held_until) as at from subscription_health where held_until > now.at
              union all
              select min(paced_until) from subscription_health where paced_until > now.at
            ) as reopening)""", Optional.of("""
            update subscription_health set paced_until = clock_timestamp() + number / rate::float8 * interval '1 second'
            from unnest(:lanes, :numbers) as claimed (lane, number) join subscription on id = lane::bigint
            where subscription_id = id and rate is not null"""));

    static final QueueTable TABLE = QueueTable.of(
                    Queueing.QUEUE,
                    "subscription_id",
                    QueueTable.Type.NUMBER,
                    "delivery_at",
                    "subscription_id",
                    "(select updated_at from subscription where id = subscription_id) as subscription_at",
                    "organization_id",
                    "event_number",
                    "event_at",
                    "row_key",
                    "replay",
                    EVENT)
            .with(ROOM);

    static Queued read(Row row) {
        Optional<List<String>> event = row.optionalTexts("event");
        return new Queued(
                row.instant("delivery_at"),
                row.number("subscription_id"),
                row.instant("subscription_at"),
                row.number("organization_id"),
                row.number("event_number"),
                row.instant("event_at"),
                event.map(parts -> parts.get(0)),
                event.map(parts -> parts.get(1)),
                event.map(parts -> parts.get(2)).filter(body -> !body.isEmpty()),
                webhook(event),
                row.optionalText("row_key"),
                row.flag("replay"));
    }

    private static OptionalLong webhook(Optional<List<String>> event) {
        return event.stream()
                .mapToLong(parts -> Long.parseLong(parts.get(3)))
                .filter(number -> number != 0)
                .findFirst();
    }

    /**
     * What became of an attempt.
     *
     * @param requestId what the receiver calls it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Attempted(
            Lease<Queued> lease,
            Subscription subscription,
            Verdict verdict,
            Instant startedAt,
            int milliseconds,
            int responseCode,
            Optional<String> requestId,
            byte[] answer) {
        /** In place of a status where there was no answer. */
        static final int NO_ANSWER = -1;

        private static final byte[] NOTHING = {};

        private static final List<String> REQUEST_IDS =
                List.of("x-request-id", "request-id", "x-amzn-requestid", "x-amz-cf-id", "cf-ray", "x-correlation-id");

        private static final int LONGEST_REQUEST_ID = 200;

        static Attempted of(
                Lease<Queued> lease, Subscription subscription, Delivered delivered, Instant startedAt, Instant now) {
            int milliseconds = Math.toIntExact(delivered.took().toMillis());
            Verdict verdict = Verdict.of(delivered, now);
            return switch (delivered) {
                case Delivered.Answered answer ->
                    new Attempted(
                            lease,
                            subscription,
                            verdict,
                            startedAt,
                            milliseconds,
                            answer.status(),
                            requestId(answer),
                            answer.body());
                case Delivered.Unanswered none ->
                    new Attempted(
                            lease,
                            subscription,
                            verdict,
                            startedAt,
                            milliseconds,
                            NO_ANSWER,
                            Optional.empty(),
                            NOTHING);
            };
        }

        /** What was not even sent. */
        static Attempted without(Lease<Queued> lease, Subscription subscription, Verdict verdict, Instant startedAt) {
            return new Attempted(lease, subscription, verdict, startedAt, 0, NO_ANSWER, Optional.empty(), NOTHING);
        }

        private static Optional<String> requestId(Delivered.Answered answer) {
            return REQUEST_IDS.stream()
                    .flatMap(name -> answer.header(name).stream())
                    .findFirst()
                    .map(id -> id.substring(0, Math.min(id.length(), LONGEST_REQUEST_ID)));
        }

        long subscriptionId() {
            return lease.payload().subscription();
        }
    }
}
