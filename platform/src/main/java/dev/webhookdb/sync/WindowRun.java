package dev.webhookdb.sync;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.observe.MemoryBudget.Charge;
import dev.webhookdb.observe.OverBudgetException;
import dev.webhookdb.queue.Result;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sync.PageSender.Answer;
import dev.webhookdb.sync.Progress.Page;
import dev.webhookdb.sync.Progress.Window;
import dev.webhookdb.sync.SyncTarget.Status;
import dev.webhookdb.trace.Span;
import dev.webhookdb.trace.SpanKind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one window to a target, or what is left of it. A page is written down before it is sent; that the one before it is acknowledged is
 * written in the same transaction. While a page is on its way, the next one is made. For one thread.
 */
final class WindowRun {
    private static final Logger LOG = LoggerFactory.getLogger(WindowRun.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofMillis(250);

    /** How often the bytes of a page's rows are in memory at a time: the page, what is signed of it, and the one that is made meanwhile. */
    private static final int COPIES = 3;

    private final TargetRunner.Means means;
    private final TargetLease lease;
    private final Integration integration;
    private SyncTarget target;

    /** As it is to be written down; {@code written} says whether it is. */
    private Progress progress;

    private boolean written = true;
    private boolean noted;
    private boolean listed;

    /** The window that is sent; kept when nothing of it is left. */
    private Optional<Window> opened;

    /** A page that was acknowledged, which is not written down yet. */
    private Optional<Acknowledged> acknowledged = Optional.empty();

    private record Acknowledged(int rows, Duration took) {}

    /** What is to be done after something was written down. */
    private enum Next {
        SEND,
        /** It is paused, and was given back. */
        STOP,
        /** Somebody else has it, or it was deleted: nothing was written. */
        LOST
    }

    WindowRun(TargetRunner.Means means, TargetLease lease, TargetRunner.Task task) {
        this.means = means;
        this.lease = lease;
        this.integration = task.integration();
        this.target = task.target();
        this.progress = task.progress();
        this.listed = progress.listed();
        this.opened = progress.window();
    }

    Result perform() throws InterruptedException {
        try {
            if (progress.page().isEmpty()) {
                became(first());
            }
            while (progress.page().isPresent()) {
                if (means.stopping().getAsBoolean()) {
                    return handedOver();
                }
                Optional<Result> over = sent(progress.page().get());
                if (over.isPresent()) {
                    return over.get();
                }
            }
            return new Result.Together(this::through);
        } catch (SourceException e) {
            return failed(e.getMessage(), Optional.empty(), Duration.ZERO);
        }
    }

    /** Another host goes on at once with the next page, which nobody was sent yet. */
    private Result handedOver() throws InterruptedException {
        persisted(false);
        return new Result.Released();
    }

    private void became(Progress now) {
        progress = now;
        written = false;
        listed |= now.listed();
    }

    /** Opens a window if something changed, and makes its first page; or goes on with one that was opened. */
    private Progress first() throws SourceException, InterruptedException {
        if (progress.window().isPresent()) {
            return next(progress);
        }
        try (Charge reading = means.memory().charge(means.maker().largest(), PATIENCE)) {
            LOG.trace("{} is read within {}", integration.table(), reading);
            Window window = means.maker().look(target, integration, progress);
            opened = Optional.of(window);
            Progress begun = progress.begun(window);
            return window.until() > window.after() ? next(begun) : begun.through();
        } catch (DatabaseException | MissingConnectorException | OverBudgetException e) {
            throw new SourceException(e);
        }
    }

    private Progress next(Progress before) throws SourceException {
        try {
            return means.maker().next(target, integration, before);
        } catch (DatabaseException | MissingConnectorException e) {
            throw new SourceException(e);
        }
    }

    /** Sends a page, and makes the next one meanwhile; returns what it came to if no other is to be sent now. */
    private Optional<Result> sent(Page page) throws SourceException, InterruptedException {
        try (Charge charge = charged(page)) {
            LOG.trace("Page {} holds {}", page.id(), charge);
            if (persisted(true) != Next.SEND) {
                return Optional.of(new Result.Settled());
            }
            Window window = progress.window().orElseThrow();
            noteSending(window);
            Progress after = progress.sent();
            FutureTask<Progress> coming = new FutureTask<>(page.ends() ? () -> after : () -> next(after));
            if (page.ends()) {
                coming.run();
            } else {
                Thread.ofVirtual().name("make-page").start(coming);
            }
            try {
                Answer answer = sent(page, window);
                means.metrics().sent(answer.isAcknowledged(), page.rows(), answer.took());
                if (!answer.isAcknowledged()) {
                    return Optional.of(failed(answer.error().orElseThrow(), answer.wish(), answer.took()));
                }
                became(after);
                acknowledged = Optional.of(new Acknowledged(page.rows(), answer.took()));
                became(made(coming));
                return Optional.empty();
            } finally {
                coming.cancel(true);
            }
        }
    }

    private Answer sent(Page page, Window window) throws InterruptedException {
        try (Span span = means.tracing().fresh().span("sync page", SpanKind.CLIENT)) {
            Answer answer = means.sender()
                    .send(
                            target,
                            page,
                            lease.attempts(),
                            window.replay(),
                            target.terms().timeout(),
                            span.traceparent());
            span.with("webhookdb.organization", integration.organizationId())
                    .with("webhookdb.table", integration.table())
                    .with("webhookdb.target", target.opaqueId())
                    .with("webhookdb.page_id", page.id())
                    .with("webhookdb.rows", page.rows())
                    .with("webhookdb.attempt", lease.attempts());
            if (!answer.isAcknowledged()) {
                span.failed("not_acknowledged");
            }
            return answer;
        }
    }

    /** Once for each window, before anything of it is sent. */
    private void noteSending(Window window) throws SourceException {
        if (noted) {
            return;
        }
        try {
            means.maker().sending(target, window);
            noted = true;
        } catch (DatabaseException e) {
            throw new SourceException(e);
        }
    }

    private Charge charged(Page page) throws SourceException, InterruptedException {
        try {
            return means.memory().charge((long) COPIES * page.body().length, PATIENCE);
        } catch (OverBudgetException e) {
            throw new SourceException(e);
        }
    }

    /** Who stops while the next page is made writes down that the last one was acknowledged. */
    private Progress made(FutureTask<Progress> coming) throws SourceException, InterruptedException {
        try {
            return coming.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SourceException source) {
                throw source;
            }
            throw new SourceException(e.getCause());
        } catch (InterruptedException e) {
            persisted(false);
            throw e;
        }
    }

    /** Writes down how far it is; what was acknowledged is not given up as long as the target is held. */
    private Next persisted(boolean sending) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            try {
                Next next = means.platform().transaction(session -> persist(session, sending));
                written = true;
                acknowledged = Optional.empty();
                return next;
            } catch (DatabaseException e) {
                boolean late = System.nanoTime() - begun > lease.length().toNanos();
                if (acknowledged.isEmpty() || late) {
                    throw e;
                }
                LOG.info(
                        "That a page of {} was acknowledged is written down later: {}",
                        target.opaqueId(),
                        e.getMessage());
                Thread.sleep(AGAIN);
            }
        }
    }

    private Next persist(Session session, boolean sending) {
        Optional<SyncTarget> now = lease.held(session);
        if (now.isEmpty()) {
            return Next.LOST;
        }
        target = now.get();
        boolean paused = target.status() == Status.PAUSED;
        write(session, sending && !paused);
        if (sending && paused) {
            lease.rest(session);
            return Next.STOP;
        }
        return Next.SEND;
    }

    private void write(Session session, boolean sending) {
        if (written) {
            Progress.sending(session, target.id(), sending);
        } else {
            progress.write(session, target.id(), sending);
        }
        acknowledged.ifPresent(page -> lease.acknowledged(session, target, page.rows(), page.took()));
    }

    /** Nothing of the window is left. Behind one that was sent before, another one begins at once. */
    private boolean through() {
        boolean replayed = opened.filter(Window::replay).isPresent();
        boolean held = lease.through(opened.filter(window -> !replayed).map(Window::at), (session, now) -> {
            target = now;
            write(session, false);
            if (replayed) {
                Runs.want(session, now.id());
            }
        });
        if (held && listed) {
            means.maker().forget(target);
        }
        return held;
    }

    private Result failed(String sentence, Optional<Duration> wish, Duration took) {
        return lease.failed(target, sentence, wish, took, session -> write(session, false));
    }
}
