package dev.webhookdb.backfill;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.observe.BackfillMetrics;
import dev.webhookdb.retry.Decision;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.trace.Span;
import dev.webhookdb.trace.SpanKind;
import dev.webhookdb.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one job: reads its splits at the same time, cuts a range in two when somebody has nothing to do, and waits where the provider or
 * a database needs time. For one run.
 */
final class BackfillRun {
    private static final Logger LOG = LoggerFactory.getLogger(BackfillRun.class);
    private static final int PARTS_AT_ONCE = 8;
    private static final Duration SHORTEST_RANGE = Duration.ofMinutes(1);

    /** Before every provider's first resource. */
    private static final Instant BEGINNING = Instant.parse("2010-01-01T00:00:00Z");

    /** A listing that ends sooner is not worth cutting. */
    private static final int PAGES_BEFORE_CUTS = 4;

    /** How many times what was read so far is cut off a range whose beginning nobody knows. */
    private static final int GROWTH = 8;

    private final LeasedJobs jobs;
    private final LeasedJobs.Claimed job;
    private final Source source;
    private final PageConsumer sink;
    private final RetryPolicy retries;
    private final Clock clock;
    private final BackfillMetrics metrics;
    private final Tracing tracing;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("backfill-", 0).factory());
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Integer, Split> underWay = new HashMap<>();
    private final Instant begun;
    private int splits;
    private int pages;
    private Throwable failure;

    BackfillRun(
            LeasedJobs jobs,
            LeasedJobs.Claimed job,
            Source source,
            PageConsumer sink,
            RetryPolicy retries,
            Clock clock,
            BackfillMetrics metrics,
            Tracing tracing) {
        this.tracing = tracing;
        this.jobs = jobs;
        this.job = job;
        this.source = source;
        this.sink = sink;
        this.retries = retries;
        this.clock = clock;
        this.metrics = metrics;
        this.begun = clock.instant();
    }

    /**
     * Returns when everything is listed and stored.
     *
     * @throws ConnectorFailure if that is not possible
     * @throws LostJobException if the job is not this host's any more
     * @throws InterruptedException if somebody else is to go on with it
     */
    void run() throws InterruptedException {
        try {
            begin();
            lock.lock();
            try {
                while (!underWay.isEmpty() && failure == null) {
                    changed.await();
                }
                switch (failure) {
                    case null -> {}
                    case RuntimeException e -> throw e;
                    case Error e -> throw e;
                    default -> throw new IllegalStateException(failure);
                }
                source.ended();
            } finally {
                lock.unlock();
            }
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }

    private void begin() {
        List<Split> known = jobs.splits(job.id());
        if (known.isEmpty()) {
            known = source.splits();
            known.forEach(split -> jobs.add(job.id(), split, Optional.empty()));
        }
        splits = known.size();
        lock.lock();
        try {
            known.stream().filter(split -> !split.done()).forEach(this::start);
        } finally {
            lock.unlock();
        }
    }

    /** Needs the lock. */
    private void start(Split split) {
        underWay.put(split.number(), split);
        threads.execute(() -> work(split.number()));
    }

    private void work(int number) {
        try {
            while (step(number)) {
                cutIfIdle();
            }
            cutIfIdle();
        } catch (InterruptedException e) {
            LOG.debug("Part {} of job {} was interrupted", number, job.id(), e);
        } catch (RuntimeException | Error e) {
            // whatever it is: a split that ended without a word would be waited for without end
            fail(e);
        }
    }

    private void fail(Throwable e) {
        lock.lock();
        try {
            if (failure == null) {
                failure = e;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Reads and stores a page, however often that has to be tried; returns whether there is another. */
    private boolean step(int number) throws InterruptedException {
        for (int attempts = 1; ; attempts++) {
            try {
                return advance(number);
            } catch (DatabaseException e) {
                // nobody's fault: waited for as long as it takes
                pause(attempts, Failure.Kind.EXHAUSTED, "The database is away: " + e.getMessage());
            } catch (ConnectorFailure e) {
                if (e.kind() != ConnectorFailure.Kind.TRANSIENT) {
                    throw e;
                }
                pause(attempts, Failure.Kind.TRANSIENT, e.getMessage());
            }
        }
    }

    private void pause(int attempts, Failure.Kind kind, String why) throws InterruptedException {
        Duration delay = switch (retries.after(Failure.of(kind), attempts)) {
            case Decision.Again again -> again.pause();
            case Decision.Over over ->
                throw new ConnectorFailure(
                        ConnectorFailure.Kind.TRANSIENT,
                        "Given up after %d attempts. The last one: %s".formatted(attempts, why));
        };
        LOG.info("Job {} waits {} ms: {}", job.id(), delay.toMillis(), why);
        try {
            jobs.waiting(job, why, clock.instant().plus(delay));
        } catch (DatabaseException e) {
            LOG.debug("What job {} waits for could not be written down", job.id(), e);
        }
        metrics.waits(delay);
        Thread.sleep(delay);
    }

    private boolean advance(int number) throws InterruptedException {
        try (Span span = tracing.fresh().span("backfill page", SpanKind.INTERNAL)) {
            span.with("webhookdb.job_id", job.id());
            try {
                return advanced(number);
            } catch (DatabaseException e) {
                span.failed("database");
                throw e;
            } catch (ConnectorFailure e) {
                span.failed(e.kind().name().toLowerCase(Locale.ROOT));
                throw e;
            }
        }
    }

    private boolean advanced(int number) throws InterruptedException {
        Split before = split(number);
        try (DecodedPage content = source.next(before)) {
            Split after = content.split();
            // the range may have been cut meanwhile: what lies before its new beginning is somebody else's
            Optional<Instant> beginning = split(number).from();
            boolean beyond = beginning.isPresent()
                    && after.reached().filter(beginning.get()::isAfter).isPresent();
            Split kept = beyond ? after.finished() : after;
            sink.store(content.with(kept));
            return replace(kept);
        }
    }

    private Split split(int number) {
        lock.lock();
        try {
            return underWay.get(number);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps where a range begins, which somebody may have changed; returns whether the split goes on. */
    private boolean replace(Split split) {
        lock.lock();
        try {
            Split known = underWay.get(split.number());
            if (split.done()) {
                underWay.remove(split.number());
            } else {
                underWay.put(split.number(), known.from().map(split::startingAt).orElse(split));
            }
            changed.signalAll();
            return !split.done();
        } finally {
            lock.unlock();
        }
    }

    private void cutIfIdle() {
        lock.lock();
        try {
            pages++;
            boolean idle = pages >= PAGES_BEFORE_CUTS && underWay.size() < PARTS_AT_ONCE;
            if (!source.isRanged() || failure != null || !idle) {
                return;
            }
            Optional<Split> longest = underWay.values().stream()
                    .filter(split -> split.reached().isPresent())
                    .max(Comparator.comparing(BackfillRun::left));
            if (longest.isPresent() && left(longest.get()).compareTo(SHORTEST_RANGE.multipliedBy(2)) > 0) {
                cut(longest.get());
            }
        } finally {
            lock.unlock();
        }
    }

    private static Duration left(Split split) {
        return Duration.between(split.from().orElse(BEGINNING), split.reached().orElseThrow());
    }

    /**
     * Where a range is cut in two: in its middle or, if nobody knows where it begins, as far back as its density so far promises a good
     * number of pages, so that no requests are spent on years in which there was nothing yet.
     */
    private Instant middle(Split split) {
        Duration read =
                Duration.between(split.reached().orElseThrow(), split.to().orElse(begun));
        Duration half = left(split).dividedBy(2);
        Duration promising = read.multipliedBy(GROWTH);
        boolean halve = split.from().isPresent() || read.isNegative() || promising.compareTo(half) > 0;
        return split.reached()
                .orElseThrow()
                .minusSeconds(halve ? half.toSeconds() : Math.max(1, promising.toSeconds()));
    }

    /** The newer half stays with who is reading it. */
    private void cut(Split split) {
        Instant middle = middle(split);
        Split newer = split.startingAt(middle);
        Split older = Split.of(splits, split.from(), Optional.of(middle));
        splits++;
        try {
            jobs.add(job.id(), older, Optional.of(newer));
        } catch (DatabaseException e) {
            LOG.debug("Job {} goes on with fewer parts", job.id(), e);
            return;
        }
        underWay.put(newer.number(), newer);
        start(older);
    }
}
