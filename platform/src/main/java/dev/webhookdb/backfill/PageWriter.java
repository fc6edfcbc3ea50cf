package dev.webhookdb.backfill;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.observe.BackfillMetrics;
import dev.webhookdb.observe.StoreMetrics;
import dev.webhookdb.store.Cause;
import dev.webhookdb.store.Origin;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Stores the pages of a run, and then writes down how far it is: in this order, so that a crash in between repeats pages and misses none.
 *
 * <p>Pages of several splits that arrive while others are being stored go together into one transaction. Thread-safe.
 */
final class PageWriter implements PageConsumer {
    private static final int MOST_AT_ONCE = 2_000;

    private final JobRepository jobs;
    private final LeasedJobs.Claimed job;
    private final Tables tables;
    private final Integration integration;
    private final Origin origin;
    private final ByKey byKey;
    private final BackfillMetrics metrics;
    private final StoreMetrics storage;
    private final ReentrantLock storing = new ReentrantLock(true);
    private final List<Arrived> waiting = new ArrayList<>();

    /** @param byKey reads resources of which a list of events does not tell which state is the newest */
    PageWriter(
            JobRepository jobs,
            LeasedJobs.Claimed job,
            Tables tables,
            Integration integration,
            Origin origin,
            ByKey byKey,
            BackfillMetrics metrics,
            StoreMetrics storage) {
        this.jobs = jobs;
        this.job = job;
        this.tables = tables;
        this.integration = integration;
        this.origin = origin;
        this.metrics = metrics;
        this.storage = storage;
        this.byKey = byKey;
    }

    /** Reads a resource by its key, if that is possible. */
    interface ByKey {
        /**
         * Reads a resource, and has its state stored.
         *
         * @param since what the state is at least as new as
         * @param store takes the states, within the memory that was taken for them
         */
        void read(String key, Instant since, Consumer<List<State>> store);
    }

    private static final class Arrived {
        private final DecodedPage content;
        private boolean stored;

        Arrived(DecodedPage content) {
            this.content = content;
        }
    }

    @Override
    public void store(DecodedPage content) throws InterruptedException {
        var arrived = new Arrived(content);
        synchronized (waiting) {
            waiting.add(arrived);
        }
        storing.lockInterruptibly();
        try {
            if (!arrived.stored) {
                store(taken(arrived));
            }
        } finally {
            storing.unlock();
        }
    }

    /** Takes what waits, up to a limit, and always the caller's own. */
    private List<Arrived> taken(Arrived own) {
        synchronized (waiting) {
            List<Arrived> taken = new ArrayList<>(List.of(own));
            waiting.remove(own);
            int size = own.content.states().size();
            for (Arrived other : List.copyOf(waiting)) {
                size += other.content.states().size();
                if (size > MOST_AT_ONCE) {
                    break;
                }
                taken.add(other);
                waiting.remove(other);
            }
            return taken;
        }
    }

    private void store(List<Arrived> pages) {
        List<State> states =
                pages.stream().flatMap(page -> page.content.states().stream()).toList();
        List<Backfills.Refused> refused = new ArrayList<>();
        pages.forEach(page -> refused.addAll(page.content.unreadable()));
        List<State> numbered = numbered(states);
        TableWriter.Stored stored = storage.timed(StoreMetrics.Source.BACKFILL, numbered.size(), () -> write(numbered));
        stored.refused()
                .forEach((position, reason) -> refused.add(new Backfills.Refused(reason, text(states.get(position)))));
        stored.undecided().forEach((key, since) -> byKey.read(key, since, this::write));
        jobs.advance(job, progress(pages, states.size(), stored.changed(), refused));
        metrics.stored(pages.size(), states.size(), stored.changed());
        pages.forEach(page -> page.stored = true);
    }

    private TableWriter.Stored write(List<State> states) {
        return tables.store(integration, states, position -> Cause.of(origin));
    }

    private static JobRepository.Progress progress(
            List<Arrived> pages, int resources, int changed, List<Backfills.Refused> refused) {
        Collection<Split> splits =
                pages.stream().map(page -> page.content.split()).toList();
        Optional<Long> expected = pages.stream()
                .map(page -> page.content.expected())
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .findFirst();
        Optional<Instant> askedAt =
                pages.stream().flatMap(page -> page.content.askedAt().stream()).min(Comparator.naturalOrder());
        return new JobRepository.Progress(splits, pages.size(), resources, changed, refused, expected, askedAt);
    }

    /** States know their position in the page; what is refused is told by the position in the whole batch. */
    private static List<State> numbered(List<State> states) {
        List<State> numbered = new ArrayList<>(states.size());
        for (State state : states) {
            numbered.add(state.from(numbered.size()));
        }
        return numbered;
    }

    private static String text(State state) {
        return switch (state) {
            case State.Present present -> present.resource();
            case State.Deleted deleted -> "the deletion of " + deleted.key();
        };
    }
}
