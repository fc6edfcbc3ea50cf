package dev.webhookdb.notify;

import dev.webhookdb.change.ChangeFeed;
import dev.webhookdb.change.LostPositionException;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.event.Event;
import dev.webhookdb.event.Events;
import dev.webhookdb.notify.Positions.Followed;
import dev.webhookdb.notify.Queueing.Wanted;
import dev.webhookdb.observe.DispatchMetrics;
import dev.webhookdb.observe.DispatchMetrics.Outcome;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes events and deliveries of the changes of one integration behind its position, and moves the position in the same transaction: of
 * several hosts at it, one gets that far, and the others look again. Thread-safe.
 */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    private static final int BATCH = 500;

    private final Database platform;
    private final ChangeFeed feed;
    private final ConnectorRegistry connectors;
    private final RowConditions conditions;
    private final DispatchMetrics metrics;

    Dispatch(
            Database platform,
            ChangeFeed feed,
            ConnectorRegistry connectors,
            RowConditions conditions,
            DispatchMetrics metrics) {
        this.platform = platform;
        this.feed = feed;
        this.connectors = connectors;
        this.conditions = conditions;
        this.metrics = metrics;
    }

    /** Evaluates conditions of subscribers. */
    interface RowConditions {
        /** Returns, for each of the events, whether it fulfils the condition of a subscriber that has one. */
        List<Boolean> fulfilled(Subscriber subscriber, List<RowEvent> events);
    }

    /**
     * What came of some changes.
     *
     * @param more whether there may be others for which nobody will wake the dispatcher
     */
    private record Portion(Outcome outcome, boolean more) {}

    /** A change, and who wants to be told. */
    private record Told(RowEvent event, List<Subscriber> subscribers) {}

    /** Tells some changes, and returns whether there may be more. */
    boolean next(long integrationId) {
        long began = System.nanoTime();
        try {
            Optional<Portion> portion = some(integrationId);
            portion.ifPresent(came -> note(came.outcome(), began));
            return portion.filter(Portion::more).isPresent();
        } catch (RuntimeException e) {
            note(Outcome.FAILED, began);
            throw e;
        }
    }

    private void note(Outcome outcome, long began) {
        metrics.portion(outcome, Duration.ofNanos(System.nanoTime() - began));
    }

    /** Returns what came of some changes; empty if there are none that can be told now. */
    private Optional<Portion> some(long integrationId) {
        Optional<Followed> found = platform.read(session -> Positions.find(session, integrationId))
                .filter(followed -> followed.position() >= Positions.BEGINNING)
                .flatMap(this::begun);
        if (found.isEmpty()) {
            metrics.upToDate(integrationId);
            return Optional.empty();
        }
        Followed followed = found.get();
        Optional<String> keyColumn = connectors
                .resource(followed.integration().service())
                .map(resource -> resource.resource().key().name());
        if (keyColumn.isEmpty()) {
            LOG.debug(
                    "{} is told when its connector is there again",
                    followed.integration().table());
            return Optional.empty();
        }
        ChangeFeed.Portion read;
        try {
            read = feed.read(
                    followed.integration().organizationId(),
                    followed.integration().id(),
                    followed.position(),
                    BATCH);
        } catch (LostPositionException e) {
            return lost(followed, e);
        }
        List<RowEvent> changes = read.changes().stream()
                .map(change -> new RowEvent(followed.integration(), keyColumn.get(), change))
                .toList();
        if (changes.isEmpty()) {
            metrics.upToDate(integrationId);
            return Optional.empty();
        }
        Outcome outcome = tell(followed, changes);
        // whoever writes another one says so after its commit
        boolean last = outcome == Outcome.TOLD && read.complete();
        if (last) {
            metrics.upToDate(integrationId);
        }
        return Optional.of(new Portion(outcome, !last));
    }

    /** Where nothing was told yet, what is kept is where to begin; nothing if the table is not followed yet. */
    private Optional<Followed> begun(Followed followed) {
        if (followed.position() != Positions.BEGINNING) {
            return Optional.of(followed);
        }
        Optional<Long> whole = feed.wholeAfter(
                followed.integration().organizationId(), followed.integration().id());
        return whole.filter(after -> moved(followed, after)).map(after -> new Followed(followed.integration(), after));
    }

    private boolean moved(Followed followed, long to) {
        return platform.transaction(
                session -> Positions.move(session, followed.integration().id(), followed.position(), to));
    }

    /** Goes on where nothing is missing, unless another host did. */
    private Optional<Portion> lost(Followed followed, LostPositionException reason) {
        Optional<Long> whole = feed.wholeAfter(
                followed.integration().organizationId(), followed.integration().id());
        if (!moved(followed, whole.orElse(Positions.BEGINNING))) {
            return Optional.empty();
        }
        LOG.error(
                "Changes of {} after {} were lost before they were told; those after {} are told",
                followed.integration().table(),
                followed.position(),
                whole.map(String::valueOf).orElse("the next time it is followed"),
                reason);
        return Optional.of(new Portion(Outcome.LOST, false));
    }

    private Outcome tell(Followed followed, List<RowEvent> changes) {
        long organization = followed.integration().organizationId();
        List<Told> told = told(organization, changes);
        long last = changes.getLast().change().number();
        Optional<Integer> queued = platform.transaction(session -> {
            if (!Positions.move(session, followed.integration().id(), followed.position(), last)) {
                return Optional.empty();
            }
            return Optional.of(told.isEmpty() ? 0 : write(session, organization, told));
        });
        if (queued.isEmpty()) {
            return Outcome.OUTRUN;
        }
        metrics.taken(changes.size());
        metrics.made(told.size(), queued.get());
        return Outcome.TOLD;
    }

    /** Who is told is read after the changes, so that it is true of all of them. */
    private List<Told> told(long organization, List<RowEvent> changes) {
        List<Told> all = changes.stream()
                .map(change -> new Told(change, new ArrayList<>()))
                .toList();
        for (Subscriber subscriber : platform.read(session -> Subscriber.of(session, organization))) {
            List<Told> wanted =
                    all.stream().filter(one -> wants(subscriber, one.event())).toList();
            List<Boolean> fulfilled = fulfilled(subscriber, wanted);
            for (int i = 0; i < wanted.size(); i++) {
                if (fulfilled.get(i)) {
                    wanted.get(i).subscribers().add(subscriber);
                }
            }
        }
        List<Told> subscribed =
                all.stream().filter(one -> !one.subscribers().isEmpty()).toList();
        return subscribed.size() == all.size() || platform.read(session -> Events.isPulled(session, organization))
                ? all
                : subscribed;
    }

    private List<Boolean> fulfilled(Subscriber subscriber, List<Told> wanted) {
        return subscriber.condition().isEmpty() || wanted.isEmpty()
                ? Collections.nCopies(wanted.size(), true)
                : conditions.fulfilled(
                        subscriber, wanted.stream().map(Told::event).toList());
    }

    private static boolean wants(Subscriber subscriber, RowEvent event) {
        return subscriber.wantsRow(event.integration().id(), event.type(), event.origin(), event.changed());
    }

    /** Returns how many deliveries were queued. */
    private static int write(Session session, long organization, List<Told> told) {
        List<Event> events = Events.append(
                session,
                organization,
                told.stream().map(one -> one.event().event()).toList());
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            for (Subscriber subscriber : told.get(i).subscribers()) {
                wanted.add(new Wanted(subscriber, events.get(i)));
            }
        }
        return Queueing.queue(session, organization, wanted, false);
    }
}
