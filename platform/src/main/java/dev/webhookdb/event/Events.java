package dev.webhookdb.event;

import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/**
 * The events of organizations: written, kept for a while, and read in their order. Whoever reads what is after a number, and goes on after
 * the last event he got, gets each event once. Thread-safe.
 */
public final class Events implements AutoCloseable {
    private static final String COLUMNS =
            "number, id, organization_id, integration_id, type, origin, key, occurred_at, created_at, body";

    /** What a page's bodies may take together, in characters; the first is taken however large it is. */
    private static final long LARGEST_PAGE = 4_000_000;

    private static final String SIZED = """
            select * from (
              select *, sum(octet_length(body)::bigint) over (order by number rows unbounded preceding) - octet_length(body) as before
              from (
                select %s from event where organization_id = :organization and %s order by number limit :limit
              ) as next
            ) as sized
            where before < :largest order by number""";

    private final Database platform;
    private final Waiters waiters;
    private final List<LongConsumer> whenPulled = new CopyOnWriteArrayList<>();

    /** @param wakeUps by which those learn of events who wait on other hosts */
    public Events(Database platform, WakeUps wakeUps) {
        this.platform = platform;
        this.waiters = new Waiters(wakeUps);
    }

    private record Numbered(long number, Instant now) {}

    /**
     * Writes events, in their order, with the transaction. Until it ends, nobody else writes events of the organization: numbers become
     * visible in their order.
     */
    public static List<Event> append(Session session, long organizationId, List<NewEvent> events) {
        if (events.isEmpty()) {
            return List.of();
        }
        EventStream.lock(session, organizationId);
        List<Numbered> numbers = session.sql(
                        "select nextval('event_number') as number, clock_timestamp() as now from generate_series(1, :count::integer)")
                .bind("count", events.size())
                .list(row -> new Numbered(row.number("number"), row.instant("now")));
        Instant now = numbers.getFirst().now();
        List<Event> written = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            written.add(numbered(events.get(i), organizationId, numbers.get(i).number(), now));
        }
        insert(session, organizationId, now, events, written);
        WakeUps.tell(session, Waiters.channel(organizationId));
        return List.copyOf(written);
    }

    /**
     * Lets numbers go on behind every one that was ever given, also by a platform's database of which this one is an earlier copy: they count
     * microseconds, which pass faster than anybody writes events. To be called before a host writes any.
     */
    public static void skipNumbers(Database platform) {
        platform.run(session -> {
            session.sql("select pg_advisory_xact_lock(hashtextextended('webhookdb.event_number', 0))")
                    .list(row -> true);
            session.sql("""
                            select setval('event_number', now) from (
                              select last_value, (extract(epoch from clock_timestamp()) * 1000000)::bigint as now from event_number
                            ) as numbers
                            where last_value < now""").list(row -> true);
        });
    }

    private static Event numbered(NewEvent event, long organizationId, long number, Instant now) {
        // as precise as it is stored
        Instant at = event.occurredAt().truncatedTo(ChronoUnit.MICROS);
        String id = EventId.of(at, event.source());
        return new Event(
                number,
                id,
                organizationId,
                event.integration(),
                event.type(),
                event.origin(),
                event.key(),
                at,
                now,
                event.body().apply(id));
    }

    private static void insert(
            Session session, long organizationId, Instant now, List<NewEvent> causes, List<Event> events) {
        session.sql("""
                        insert into event (number, id, organization_id, integration_id, type, origin, key, occurred_at, body, created_at, webhook_id)
                        select number, id, :organization, nullif(integration, 0), type, origin, key, occurred_at, body, :now, nullif(webhook, 0)
                        from unnest(:numbers, :ids, :integrations, :types, :origins, :keys, :times, :bodies, :webhooks)
                          as new (number, id, integration, type, origin, key, occurred_at, body, webhook)""")
                .bind("organization", organizationId)
                .bind("now", now)
                .bind("numbers", events.stream().mapToLong(Event::number).toArray())
                .bind("ids", events.stream().map(Event::id).toArray(String[]::new))
                .bind(
                        "integrations",
                        events.stream()
                                .mapToLong(event -> event.integration().orElse(0))
                                .toArray())
                .bind("types", events.stream().map(Event::type).toArray(String[]::new))
                .bind(
                        "origins",
                        events.stream()
                                .map(event -> event.origin().orElse(null))
                                .toArray(String[]::new))
                .bind(
                        "keys",
                        events.stream().map(event -> event.key().orElse(null)).toArray(String[]::new))
                .bind("times", events.stream().map(Event::occurredAt).toArray(Instant[]::new))
                .bind(
                        "webhooks",
                        causes.stream()
                                .mapToLong(cause -> cause.webhook().orElse(0))
                                .toArray())
                .bind("bodies", events.stream().map(Event::body).toArray(String[]::new))
                .execute();
    }

    /**
     * Returns events in their order; fewer than asked for where they are large, and none only if there are none.
     *
     * @param after a number, of which no event needs to be there
     * @param limit how many at most
     * @throws LostEventsException if events after that number are not kept any more
     */
    public List<Event> page(long organizationId, long after, int limit) {
        return platform.transaction(session -> {
            List<Event> page = session.sql(SIZED.formatted(COLUMNS, "number > :after"))
                    .bind("organization", organizationId)
                    .bind("after", after)
                    .bind("limit", limit)
                    .bind("largest", LARGEST_PAGE)
                    .list(Events::read);
            // asked afterwards: what is dropped between the two is noticed
            long keptAfter = EventStream.keptAfter(session, organizationId);
            if (after < keptAfter) {
                throw new LostEventsException(after, keptAfter);
            }
            return page;
        });
    }

    /**
     * Returns events that were written in a span of time, in their order; fewer than asked for where they are large, and none only if
     * there are none.
     *
     * @param since included
     * @param until excluded
     * @param after a number
     */
    public static List<Event> between(
            Session session, long organizationId, Instant since, Instant until, long after, int limit) {
        return session.sql(SIZED.formatted(COLUMNS, "number > :after and created_at >= :since and created_at < :until"))
                .bind("organization", organizationId)
                .bind("since", since)
                .bind("until", until)
                .bind("after", after)
                .bind("limit", limit)
                .bind("largest", LARGEST_PAGE)
                .list(Events::read);
    }

    /** Returns the greatest number of an event, or that after which events are kept if there is none; for those who begin now. */
    public long latest(long organizationId) {
        return platform.transaction(session -> latest(session, organizationId));
    }

    private static long latest(Session session, long organizationId) {
        return session.sql("""
                        select greatest(
                          (select number from event where organization_id = :organization order by number desc limit 1),
                          (select kept_after from event_stream where organization_id = :organization), 0) as latest""").bind("organization", organizationId).one(row -> row.number("latest"));
    }

    /** Returns the number after which no event is missing. */
    public long keptAfter(long organizationId) {
        return platform.transaction(session -> EventStream.keptAfter(session, organizationId));
    }

    /** Returns an event of an organization by its id, if it is kept. */
    public Optional<Event> find(long organizationId, String eventId) {
        OptionalLong time = EventId.time(eventId);
        if (time.isPresent()) {
            return find(
                    organizationId,
                    eventId,
                    "occurred_at = timestamptz 'epoch' + :value * interval '1 microsecond'",
                    time.getAsLong());
        }
        OptionalLong number = EventId.number(eventId);
        return number.isPresent()
                ? find(organizationId, eventId, "number = :value", number.getAsLong())
                : Optional.empty();
    }

    private Optional<Event> find(long organizationId, String eventId, String which, long value) {
        return platform.transaction(session -> session.sql(
                        "select %s from event where organization_id = :organization and %s and id = :id order by number limit 1"
                                .formatted(COLUMNS, which))
                .bind("organization", organizationId)
                .bind("value", value)
                .bind("id", eventId)
                .first(Events::read));
    }

    /**
     * Waits until there is an event after a number.
     *
     * @param patience for how long
     * @return whether there is one; false at once when too many are waiting, or the host stops
     */
    public boolean await(long organizationId, long after, Duration patience) {
        return waiters.await(organizationId, patience, () -> latest(organizationId) > after);
    }

    /**
     * Notes that somebody asks for an organization's events, so that they are written even if nobody is notified of them. To be called
     * before each page.
     */
    public void pulled(long organizationId) {
        boolean begins = platform.transaction(session -> EventStream.pulled(session, organizationId));
        if (begins) {
            whenPulled.forEach(listener -> listener.accept(organizationId));
        }
    }

    /** Has something done, with the number of the organization, before {@link #pulled} returns to the first who asks in a week. */
    public void whenFirstPulled(LongConsumer listener) {
        whenPulled.add(listener);
    }

    /** Returns whether somebody asked for an organization's events within the last seven days. */
    public static boolean isPulled(Session session, long organizationId) {
        return EventStream.isPulled(session, organizationId);
    }

    /**
     * Notes that events are about to be dropped, in the transaction that does it.
     *
     * @param partition of the table {@code event}; a name of ours
     */
    public static void dropping(Session session, String partition) {
        session.sql("""
                        with last as materialized (
                          select organization_id, max(number) as number from %s group by organization_id
                        )
                        update event_stream set kept_after = greatest(kept_after, last.number)
                        from last where last.organization_id = event_stream.organization_id""".formatted(partition)).execute();
    }

    /** Reads the columns of an event. */
    public static Event read(Row row) {
        return new Event(
                row.number("number"),
                row.text("id"),
                row.number("organization_id"),
                row.optionalNumber("integration_id").map(OptionalLong::of).orElseGet(OptionalLong::empty),
                row.text("type"),
                row.optionalText("origin"),
                row.optionalText("key"),
                row.instant("occurred_at"),
                row.instant("created_at"),
                row.text("body"));
    }

    /** Lets nobody wait any more. */
    @Override
    public void close() {
        waiters.close();
    }
}
