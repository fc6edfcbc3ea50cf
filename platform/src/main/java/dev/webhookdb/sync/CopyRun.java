package dev.webhookdb.sync;

import dev.webhookdb.connector.LoadedDestination;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.observe.MemoryBudget.Charge;
import dev.webhookdb.observe.OverBudgetException;
import dev.webhookdb.queue.Result;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sync.CopiedTables.Slice;
import dev.webhookdb.sync.CopyProgress.Reload;
import dev.webhookdb.sync.CopyWriter.Written;
import dev.webhookdb.sync.SyncTarget.Status;
import dev.webhookdb.trace.Span;
import dev.webhookdb.trace.SpanKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a table of a destination into step. How far it is stands in the destination, in the transaction of the rows; the platform's own note
 * comes after it, so that a crash in between repeats nothing. A table that is not what it should be is made anew under another name, which
 * then takes its place. For one thread.
 */
final class CopyRun {
    private static final Logger LOG = LoggerFactory.getLogger(CopyRun.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The rows that are written, those that are read meanwhile, and what the driver makes of them. */
    private static final int COPIES = 3;

    /** A smaller table is counted with each run. */
    private static final long SMALL = 100_000;

    /** So many rows aside are no accident. */
    private static final int MOST_PARKED = 1_000;

    private final TargetRunner.Means means;
    private final TargetLease lease;
    private final Integration integration;
    private SyncTarget target;
    private Optional<LoadedDestination> destination = Optional.empty();
    private CopyProgress progress;
    private Reload reload;
    private boolean checked;
    private boolean stopped;
    private int parked;

    CopyRun(TargetRunner.Means means, TargetLease lease, TargetRunner.Task task) {
        this.means = means;
        this.lease = lease;
        this.integration = task.integration();
        this.target = task.target();
        this.progress = means.platform().transaction(session -> CopyProgress.read(session, target.id()));
        this.reload = progress.reload();
        this.parked = progress.parked();
    }

    Result perform() throws InterruptedException {
        try {
            Instant at = Instant.now();
            long horizon = source(() -> {
                means.tables().index(integration);
                return means.tables().latest(integration);
            });
            if (!isIdle(horizon)) {
                traced(horizon);
            }
            return stopped ? new Result.Settled() : new Result.Together(() -> through(at));
        } catch (DestinationException | SyncException e) {
            LOG.debug("{} did not go on", target.opaqueId(), e);
            means.metrics().sent(false, 0, Duration.ZERO);
            return lease.failed(target, e.getMessage(), Optional.empty(), Duration.ZERO, session -> {});
        } catch (SourceException | OverBudgetException e) {
            return lease.failed(target, e.getMessage(), Optional.empty(), Duration.ZERO, session -> {});
        }
    }

    private boolean isIdle(long horizon) {
        return horizon == progress.acknowledged() && reload == Reload.NO && !progress.checkDue() && !progress.failing();
    }

    private boolean through(Instant at) {
        return lease.through(Optional.of(at), (session, now) -> {
            if (checked) {
                CopyProgress.checked(session, now.id());
            }
            if (destination.isPresent()) {
                means.failing().answered(session, now);
            }
        });
    }

    private void traced(long horizon) throws DestinationException, SourceException, InterruptedException {
        try (Span span = means.tracing().fresh().span("sync copy", SpanKind.CLIENT)) {
            span.with("webhookdb.organization", integration.organizationId())
                    .with("webhookdb.table", integration.table())
                    .with("webhookdb.target", target.opaqueId());
            try {
                bring(horizon);
            } catch (DestinationException | SourceException | RuntimeException e) {
                span.failed(e.getClass().getSimpleName());
                throw e;
            }
        }
    }

    private void bring(long horizon) throws DestinationException, SourceException, InterruptedException {
        DestinationTable table = source(() -> means.copies().shape(target, integration));
        LoadedDestination used = means.copies().destination(target);
        destination = Optional.of(used);
        try (Charge charge = means.memory().charge(COPIES * means.maker().largest(), PATIENCE);
                DestinationSession session = means.copies().connect(used, target)) {
            LOG.trace("{} is copied within {}", integration.table(), charge);
            long after = judged(session, table, session.open(table, Start.at(progress.acknowledged())), horizon);
            stopped = !means.platform().transaction(noted -> goesOn(noted, lease.held(noted)));
            if (stopped) {
                return;
            }
            if (reload != Reload.NO && !source(() -> means.copied().isFilling(integration))) {
                anew(session, table, horizon);
                return;
            }
            CopyWriter writer = writer(session, table, CopyProgress::reached);
            stopped = !writer.copy(after, horizon, target.terms());
            if (!stopped && progress.retry() && parked > 0) {
                retry(writer, horizon);
            }
        }
    }

    /** Returns from where the copy goes on, after a look at what is there. */
    private long judged(DestinationSession session, DestinationTable table, Standing there, long horizon)
            throws DestinationException, SourceException, InterruptedException {
        OptionalLong position = there.position();
        if (position.isEmpty()) {
            return progress.acknowledged();
        }
        boolean missing = there.made() && progress.acknowledged() > 0;
        boolean emptied = there.adopted() && there.rows() == 0;
        if (reload == Reload.NO && (missing || emptied)) {
            LOG.warn("The table {} of {} was not there any more: it is filled anew.", table.name(), target.opaqueId());
            session.open(table, Start.empty());
            return 0;
        }
        if (reload == Reload.NO) {
            Optional<String> wrong = wrong(session, table, there, horizon);
            wrong.ifPresent(why -> {
                LOG.warn("The table {} of {} is made anew: {}.", table.name(), target.opaqueId(), why);
                become(Reload.WANTED);
            });
        }
        return Math.min(position.getAsLong(), horizon);
    }

    private Optional<String> wrong(DestinationSession session, DestinationTable table, Standing there, long horizon)
            throws DestinationException, SourceException, InterruptedException {
        long position = there.position().orElseThrow();
        if (position > horizon || source(() -> means.tables().isUndone(integration, position))) {
            return Optional.of("it holds changes that the source does not know");
        }
        if (there.adopted()) {
            return Optional.of("somebody else wrote it");
        }
        if (there.widened() && there.rows() > 0) {
            return Optional.of("it has more columns now");
        }
        if (progress.checkDue() || there.rows() <= SMALL) {
            OptionalLong rows = session.count(table);
            checked = true;
            if (rows.isPresent() && rows.getAsLong() != there.rows()) {
                return Optional.of("it has %d rows, and %d were written".formatted(rows.getAsLong(), there.rows()));
            }
        }
        return Optional.empty();
    }

    private void become(Reload wanted) {
        means.platform().run(session -> {
            if (lease.held(session).isPresent()) {
                CopyProgress.reload(session, target.id(), wanted);
            }
        });
        reload = wanted;
    }

    /** Loads a table under another name, and puts it in the place of the one that is there. */
    private void anew(DestinationSession session, DestinationTable table, long horizon)
            throws DestinationException, SourceException, InterruptedException {
        if (session.count(table).isEmpty()) {
            session.open(table, Start.empty());
            become(Reload.NO);
            stopped = !writer(session, table, CopyProgress::reached).copy(0, horizon, target.terms());
            return;
        }
        DestinationTable shadow = table.named(Identifiers.fitting(table.name() + "__reload"));
        boolean begun = reload == Reload.LOADING;
        if (!begun) {
            become(Reload.LOADING);
            parked = 0;
        }
        Standing there = session.open(shadow, begun ? Start.at(0) : Start.empty());
        CopyWriter writer = writer(session, shadow, (noted, id, position) -> CopyProgress.loaded(noted, id));
        stopped = !writer.copy(there.position().orElse(0), horizon, target.terms());
        if (!stopped) {
            session.replace(shadow, table);
            means.platform().run(noted -> {
                if (lease.held(noted).isPresent()) {
                    CopyProgress.reached(noted, target.id(), horizon);
                    CopyProgress.reload(noted, target.id(), Reload.NO);
                }
            });
            checked = true;
        }
    }

    /** Tries what was put aside once more. */
    private void retry(CopyWriter writer, long horizon)
            throws DestinationException, SourceException, InterruptedException {
        List<String> keys =
                means.platform().transaction(session -> CopyProgress.parked(session, target.id(), MOST_PARKED));
        Slice slice = source(() -> means.copied().some(integration, keys, horizon));
        stopped = !note(writer.write(slice, horizon), CopyProgress::reached);
    }

    /** Notes how far a table is. */
    @FunctionalInterface
    private interface Reached {
        void note(Session session, long target, long position);
    }

    private CopyWriter writer(DestinationSession session, DestinationTable table, Reached reached) {
        return new CopyWriter(
                means.copied(), integration, session, table, means.maker().largest(), batch -> note(batch, reached));
    }

    /** Writes down a batch; returns whether there is to be another one. */
    private boolean note(Written batch, Reached reached) throws DestinationException {
        boolean unparking = parked > 0;
        boolean goOn = means.platform().transaction(session -> {
            Optional<SyncTarget> now = lease.held(session);
            if (now.isEmpty()) {
                return false;
            }
            reached.note(session, target.id(), batch.position());
            if (unparking) {
                CopyProgress.unpark(session, target.id(), batch.keys());
            }
            CopyProgress.park(session, target.id(), batch.parked());
            lease.acknowledged(session, target, batch.rows(), batch.took());
            return goesOn(session, now);
        });
        means.metrics().sent(true, batch.rows(), batch.took());
        parked += batch.parked().size();
        if (parked > MOST_PARKED) {
            throw new DestinationException(
                    Reason.SETTINGS,
                    "More than %d rows cannot be written, the last one because of this: %s"
                            .formatted(MOST_PARKED, batch.parked().getLast().reason()));
        }
        return goOn;
    }

    /**
     * Whether the target is still held, and nobody has paused it, given it another table or other credentials, or replaced its destination;
     * else it is given back.
     */
    private boolean goesOn(Session session, Optional<SyncTarget> now) {
        if (now.isEmpty()) {
            return false;
        }
        boolean changed =
                !now.get().copy().equals(target.copy()) || !now.get().receiver().equals(target.receiver());
        target = now.get();
        if (target.status() == Status.PAUSED) {
            lease.rest(session);
        } else if (changed || destination.filter(LoadedDestination::isReplaced).isPresent()) {
            lease.again(session);
        } else {
            return true;
        }
        return false;
    }

    private static <T> T source(Callable<T> reading) throws SourceException, InterruptedException {
        try {
            return reading.call();
        } catch (DatabaseException | MissingConnectorException e) {
            throw new SourceException(e);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
