package dev.webhookdb.migration;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One move, from where another host may have left it to its end.
 *
 * <p>Each table is copied once, in the order of {@code pk}, and then again what was written meanwhile, as it is by then. When little is
 * left, the source is closed for writers, the rest is copied, and the record of where the organization is changes. Whoever was refused
 * at the source finds the new place there. Copying a row twice changes nothing, so that every step may be repeated.
 */
final class Move {
    private static final Logger LOG = LoggerFactory.getLogger(Move.class);
    private static final int BATCH = 2_000;

    /** With no more to copy, writers can wait for the rest. */
    private static final int LITTLE = 2_000;

    /** Writers wait no longer: then they may write again, and the end is tried later. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Claimed claimed;
    private final MoveRecords records;
    private final Source source;
    private final Target target;
    private final BooleanSupplier stopping;

    Move(Claimed claimed, MoveRecords records, Source source, Target target, BooleanSupplier stopping) {
        this.claimed = claimed;
        this.records = records;
        this.source = source;
        this.target = target;
        this.stopping = stopping;
    }

    /** Moves the organization; returns when it is in its new database. */
    void run() {
        target.takeOver();
        source.prepare();
        Hurry unhurried = () -> {};
        long copied = round(unhurried);
        while (copied > LITTLE) {
            copied = round(unhurried);
        }
        settle();
    }

    private void settle() {
        long began = System.nanoTime();
        source.close();
        try {
            round(() -> {
                if (System.nanoTime() - began > LONGEST_PAUSE.toNanos()) {
                    throw new PausedException("Copying the rest took too long; writers go on, and it is tried again.");
                }
            });
            List<String> left = Views.copy(source.database(), target.database());
            target.adopt(source);
            records.finish(claimed, remark(left));
        } catch (LostMigrationException e) {
            // whoever has it now decides whether writers may go on
            throw e;
        } catch (RuntimeException e) {
            reopen(e);
            throw e;
        }
        LOG.info(
                "The organization {} is in its new database; writers waited {} ms",
                claimed.organizationId(),
                Duration.ofNanos(System.nanoTime() - began).toMillis());
    }

    private static Optional<String> remark(List<String> views) {
        return views.isEmpty()
                ? Optional.empty()
                : Optional.of("These views could not be made: %s.".formatted(String.join(", ", views)));
    }

    /** Whatever became of the last step, an organization that did not move goes on where it is; one that did must not. */
    private void reopen(RuntimeException failure) {
        try {
            if (records.isUnderWay(claimed)) {
                source.reopen();
            }
        } catch (RuntimeException another) {
            LOG.warn("Writers wait until the migration goes on: {}", another.getMessage());
            failure.addSuppressed(another);
        }
    }

    /** Brings the target up to what the source was at the beginning, at least; returns how many rows that took. */
    private long round(Hurry hurry) {
        long copied = 0;
        for (String table : source.tables()) {
            copied += catchUp(table, hurry);
        }
        for (long integrationId : source.followed()) {
            copied += changes(integrationId, hurry);
        }
        return copied;
    }

    /** Entries are only added, in the order of their numbers: what is missing is behind the last one. */
    private long changes(long integrationId, Hurry hurry) {
        long copied = 0;
        long rows;
        do {
            step(hurry);
            rows = target.copyChanges(source, integrationId, BATCH);
            copied += rows;
        } while (rows == BATCH);
        return copied;
    }

    private long catchUp(String table, Hurry hurry) {
        source.follow(table);
        Shape shape = shape(table);
        target.shape(shape);
        long copied = 0;
        Progress progress = records.progress(claimed, table);
        while (!progress.copied()) {
            step(hurry);
            long last = source.end(table, progress.nextPk(), BATCH);
            long rows = last < progress.nextPk()
                    ? 0
                    : target.copy(source, shape, "pk between %d and %d".formatted(progress.nextPk(), last));
            progress = new Progress(last + 1, rows == 0);
            records.advance(claimed, table, progress, rows);
            copied += rows;
        }
        return copied + again(table, shape, hurry);
    }

    /** Copies what was written since, as it is now: whatever was written before it was crossed out is in the row. */
    private long again(String table, Shape known, Hurry hurry) {
        Shape shape = known;
        long copied = 0;
        List<Source.Written> written = source.written(table, BATCH);
        while (!written.isEmpty()) {
            step(hurry);
            Shape now = shape(table);
            if (!now.equals(shape)) {
                shape = now;
                target.shape(shape);
            }
            String keys = written.stream()
                    .map(Source.Written::pk)
                    .distinct()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", "));
            long rows = target.copy(source, shape, "pk in (%s)".formatted(keys));
            source.cross(written);
            records.count(claimed, rows);
            copied += rows;
            written = written.size() < BATCH ? List.of() : source.written(table, BATCH);
        }
        return copied;
    }

    private Shape shape(String table) {
        return source.database().transaction(session -> Shape.of(session, table));
    }

    private void step(Hurry hurry) {
        if (stopping.getAsBoolean()) {
            throw new PausedException("The host stops.");
        }
        records.requireWanted(claimed);
        hurry.check();
    }

    /** Asked before every step whether there is time for it. */
    private interface Hurry {
        void check();
    }
}
