package dev.webhookdb.notify;

import dev.webhookdb.event.Event;
import dev.webhookdb.event.Events;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.notify.Queueing.Wanted;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Delivers events of a span of time to a subscription once more, whether or not they were delivered before. Where a replay is is written
 * down with what it queued: any host goes on with it. Thread-safe.
 */
public final class Replays implements AutoCloseable {
    private static final String CHANNEL = "event_replay";
    private static final int BATCH = 1_000;
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final Database platform;
    private final Integrations integrations;
    private final Conditions conditions;
    private final BackgroundTask working;

    private Replays(
            Database platform,
            Integrations integrations,
            Conditions conditions,
            WakeUps wakeUps,
            BackgroundTasks tasks) {
        this.platform = platform;
        this.integrations = integrations;
        this.conditions = conditions;
        this.working = tasks.start("replay-events", LOOK, this::work);
        wakeUps.register(CHANNEL, working::wake);
    }

    /** Begins to work on replays. */
    public static Replays start(
            Database platform,
            Integrations integrations,
            Conditions conditions,
            WakeUps wakeUps,
            BackgroundTasks tasks) {
        return new Replays(platform, integrations, conditions, wakeUps, tasks);
    }

    /**
     * Counts the events that are kept of a span of time and are a subscription's.
     *
     * @param since when they were written, included
     * @param until excluded
     */
    public long count(Subscription subscription, Instant since, Instant until) {
        Subscriber subscriber = Subscriber.of(subscription);
        Replay next = new Replay(0, subscription.organizationId(), since, until, 0, subscriber);
        long count = 0;
        Batch batch;
        do {
            batch = batch(next);
            count += batch.wanted().size();
            next = next.after(batch.last());
        } while (batch.last().isPresent());
        return count;
    }

    /**
     * Queues these events once more, in the background and behind what is new.
     *
     * @return how many there are
     */
    public long start(Subscription subscription, Instant since, Instant until) {
        Instant end = platform.transaction(session -> session.sql("""
                        with replay as (
                          insert into event_replay (subscription_id, organization_id, since, until)
                          values (:subscription, :organization, :since, least(:until, clock_timestamp())) returning until
                        )
                        select until from replay""")
                .bind("subscription", subscription.id())
                .bind("organization", subscription.organizationId())
                .bind("since", since)
                .bind("until", until)
                .one(row -> row.instant("until")));
        long count = count(subscription, since, end);
        platform.run(session -> WakeUps.tell(session, CHANNEL));
        return count;
    }

    /** A replay that is under way. */
    private record Replay(
            long id, long organizationId, Instant since, Instant until, long after, Subscriber subscriber) {
        private static Replay read(Row row) {
            return new Replay(
                    row.number("replay_id"),
                    row.number("organization_id"),
                    row.instant("since"),
                    row.instant("until"),
                    row.number("after"),
                    Subscriber.read(row));
        }

        private Replay after(OptionalLong last) {
            return new Replay(id, organizationId, since, until, last.orElse(after), subscriber);
        }
    }

    /**
     * Some of a replay's events.
     *
     * @param last the number of the last one that was looked at; empty if there are no more
     */
    private record Batch(List<Event> wanted, OptionalLong last) {}

    private void work() {
        List<Replay> all;
        do {
            all = platform.transaction(session -> session.sql("""
                            select event_replay.id as replay_id, event_replay.organization_id, since, until, after, subscription.*
                            from event_replay join subscription on subscription.id = subscription_id order by event_replay.id limit 100""").list(Replay::read));
            all.forEach(this::go);
        } while (!all.isEmpty());
    }

    /** One batch of each in turn. Who comes second at a place does nothing. */
    private void go(Replay replay) {
        Batch batch = batch(replay);
        platform.run(session -> {
            if (moved(session, replay, batch)) {
                List<Wanted> wanted = batch.wanted().stream()
                        .map(event -> new Wanted(replay.subscriber(), event))
                        .toList();
                Queueing.queue(session, replay.organizationId(), wanted, true);
            }
        });
    }

    private static boolean moved(Session session, Replay replay, Batch batch) {
        String change = batch.last().isPresent()
                ? "update event_replay set after = :last where id = :id and after = :after"
                : "delete from event_replay where id = :id and after = :after and :last = 0";
        return session.sql(change)
                        .bind("id", replay.id())
                        .bind("after", replay.after())
                        .bind("last", batch.last().orElse(0))
                        .execute()
                > 0;
    }

    private Batch batch(Replay replay) {
        List<Event> events = platform.transaction(session -> Events.between(
                session, replay.organizationId(), replay.since(), replay.until(), replay.after(), BATCH));
        List<Event> wanted = events.stream()
                .filter(event -> wants(replay.subscriber(), event))
                .toList();
        return new Batch(
                fulfilling(replay, wanted),
                events.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(events.getLast().number()));
    }

    private static boolean wants(Subscriber subscriber, Event event) {
        return event.integration().isEmpty()
                ? subscriber.wantsAccount(event.type())
                : subscriber.wantsRow(
                        event.integration().getAsLong(),
                        event.type(),
                        event.origin().orElse(""),
                        subscriber.columns().isEmpty() ? Optional.empty() : changed(event));
    }

    private static Optional<Set<String>> changed(Event event) {
        return event.type().endsWith(".updated")
                        && part(event, "changes") instanceof Json.Obj(Map<String, Json> changes)
                ? Optional.of(changes.keySet())
                : Optional.empty();
    }

    private static Json part(Event event, String name) {
        return JsonReader.read(event.body().getBytes(StandardCharsets.UTF_8)).at(name);
    }

    /** Rows of integrations that are not there any more cannot be judged, and are not told. */
    private List<Event> fulfilling(Replay replay, List<Event> wanted) {
        if (replay.subscriber().condition().isEmpty() || wanted.isEmpty()) {
            return wanted;
        }
        Map<Long, Integration> known = integrations.of(replay.organizationId()).stream()
                .collect(Collectors.toMap(Integration::id, integration -> integration));
        Map<Long, List<Event>> byIntegration = wanted.stream()
                .filter(event -> event.integration().isPresent())
                .collect(Collectors.groupingBy(event -> event.integration().getAsLong()));
        List<Event> fulfilling = new ArrayList<>(
                wanted.stream().filter(event -> event.integration().isEmpty()).toList());
        byIntegration.forEach((id, events) -> {
            if (known.containsKey(id)) {
                fulfilling.addAll(fulfilling(replay.subscriber(), known.get(id), events));
            }
        });
        return fulfilling.stream()
                .sorted(Comparator.comparingLong(Event::number))
                .toList();
    }

    private List<Event> fulfilling(Subscriber subscriber, Integration integration, List<Event> events) {
        List<String> rows = events.stream()
                .map(event -> JsonWriter.write(part(event, "row")))
                .toList();
        List<Boolean> fulfilled = conditions.fulfilled(subscriber, integration, rows);
        List<Event> fulfilling = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (fulfilled.get(i)) {
                fulfilling.add(events.get(i));
            }
        }
        return fulfilling;
    }

    @Override
    public void close() {
        working.close();
    }
}
