package dev.webhookdb.ingest;

import dev.webhookdb.integration.DatabaseAbsence;
import dev.webhookdb.journal.Abandoned;
import dev.webhookdb.journal.Journal;
import dev.webhookdb.journal.JournalReader;
import dev.webhookdb.journal.JournalReader.Batch;
import dev.webhookdb.journal.JournalReader.Entry;
import dev.webhookdb.journal.Position;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.JournalMetrics;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs in the database what journals have, as soon as it answers. Thread-safe.
 *
 * <p>Up to where a journal is logged is written in the transaction that logs it: whatever dies between that and the deletion of the files,
 * nothing is logged twice, and nothing is left out.
 */
final class JournalDrain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalDrain.class);
    private static final int MOST_PER_COMMIT = 256;
    private static final int MOST_WHILE_OTHERS_WAIT = 3;
    private static final long MOST_BYTES_PER_COMMIT = 8 << 20;
    private static final Position END = new Position(Integer.MAX_VALUE, Long.MAX_VALUE);

    /** While the database is away; asking whether it answers takes up to a second. */
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(500);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);
    private static final Duration FOR_MEMORY = Duration.ofSeconds(5);

    /** Much is written at once, perhaps by a database that has just started. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Database platform;
    private final DatabaseAbsence absence;
    private final Consumer<Set<LocalDate>> partitions;
    private final MemoryBudget memory;
    private final JournalMetrics metrics;
    private final OwnJournal own;
    private final Journal journal;
    private final JournalReader reader;
    private final AbandonedJournals abandoned;
    private final WebhookIds ids;
    private final BackgroundTask draining;
    private Position drained = Position.START;
    private long looked = System.nanoTime() - BETWEEN_LOOKS.toNanos();
    private volatile boolean answers;
    private volatile boolean closing;

    JournalDrain(JournaledLog.Ground ground, OwnJournal own, Database platform, Consumer<Set<LocalDate>> partitions) {
        this.platform = platform;
        this.absence = ground.absence();
        this.partitions = partitions;
        this.memory = ground.memory();
        this.metrics = ground.metrics();
        this.own = own;
        this.journal = own.journal();
        this.reader = JournalReader.of(journal);
        this.abandoned = own.abandoned();
        this.ids = new WebhookIds(platform, LIMIT);
        this.draining = ground.tasks().startPaced("journal-drain", this::drain);
    }

    /** Has the database asked now. */
    void wake() {
        draining.wake();
    }

    /** Says that a request was appended to this run's journal. */
    void appended() {
        if (!absence.isAway()) {
            // it came too late for the round that found nothing more
            draining.wake();
        }
    }

    /** Returns whether the database took what was last sent to it from here. */
    boolean answers() {
        return answers;
    }

    private Duration drain() {
        if (System.nanoTime() - looked >= BETWEEN_LOOKS.toNanos()) {
            abandoned.look(journal.directory());
            looked = System.nanoTime();
        }
        if (!absence.isAway() && isDrained() && abandoned.settled().isEmpty()) {
            return BETWEEN_LOOKS;
        }
        if (!platform.available()) {
            answers = false;
            return BETWEEN_PROBES;
        }
        try {
            drainOwn();
            if (absence.isAway()) {
                own.withoutAppends(this::drainLast);
            }
            abandoned.settled().forEach(this::drain);
            abandoned.look(journal.directory());
        } catch (DatabaseException e) {
            answers = false;
            if (e.kind() != DatabaseException.Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.debug("The database went away again", e);
            return BETWEEN_PROBES;
        }
        return isDrained() && !absence.isAway() ? BETWEEN_LOOKS : Duration.ZERO;
    }

    private boolean isDrained() {
        return drained.compareTo(journal.durable()) >= 0;
    }

    /** While requests come, there is always one that is not logged yet: as soon as there are few, the last are logged while others wait. */
    private void drainOwn() {
        boolean few = false;
        while (!closing && !isDrained() && !(few && absence.isAway())) {
            few = drainNext();
        }
        if (isDrained()) {
            own.isLogged();
        }
    }

    private void drainLast() {
        for (int round = 0; round < MOST_WHILE_OTHERS_WAIT && !closing && !isDrained(); round++) {
            drainNext();
        }
        if (isDrained()) {
            own.isLogged();
            absence.end();
        }
    }

    /** Returns whether that was all that was there when it was read. */
    private boolean drainNext() {
        Position durable = journal.durable();
        Batch batch = next(reader, drained, durable);
        Position end = batch.end();
        if (end.equals(drained)) {
            LOG.error(
                    "The files of the journal {} from {} to {} are gone: webhooks in them are lost. Have providers send again what came since the database went away",
                    journal.directory(),
                    drained,
                    durable);
            end = durable;
        }
        drained = end;
        journal.release(drained);
        return batch.isLast();
    }

    private void drain(Path path) {
        abandoned.claim(path).ifPresent(found -> {
            try (found) {
                LOG.info("The journal {} is being logged", path);
                drain(found);
            }
        });
    }

    private void drain(Abandoned found) {
        Position from = platform.transaction(
                LIMIT, session -> drained(session, found.reader().journal()));
        boolean isLast = false;
        while (!closing && !isLast) {
            Batch batch = next(found.reader(), from, END);
            from = batch.end();
            isLast = batch.isLast();
            found.release(from, isLast);
        }
        if (isLast) {
            LOG.info("All of the journal {} is logged", found.directory());
        }
    }

    /** Logs what follows, and returns what it was, with the position behind it. */
    private Batch next(JournalReader from, Position at, Position limit) {
        try (MemoryBudget.Charge _ =
                memory.charge(Math.min(MOST_BYTES_PER_COMMIT, memory.capacity() / 4), FOR_MEMORY)) {
            int damaged = from.damaged();
            Batch batch = from.next(at, limit, MOST_PER_COMMIT, MOST_BYTES_PER_COMMIT);
            Position end = logged(from, at, batch.entries(), batch.end());
            metrics.damaged(from.damaged() - damaged);
            answers = true;
            return new Batch(List.of(), end, batch.isLast() && end.equals(batch.end()));
        } catch (InterruptedException e) {
            throw new IllegalStateException("The host is stopping.", e);
        }
    }

    /** A batch that the database refuses for what is in it is halved until the record stands alone, and is left in its file. */
    private Position logged(JournalReader from, Position at, List<Entry> batch, Position end) {
        try {
            return logged(from.journal(), at, batch, end);
        } catch (BufferUnderflowException | IllegalArgumentException | DatabaseException e) {
            if (e instanceof DatabaseException failure && failure.kind() != DatabaseException.Kind.DATA) {
                throw failure;
            }
            if (batch.size() <= 1) {
                from.setAside(at, "A request cannot be logged: " + e.getMessage());
                return logged(from.journal(), at, List.of(), end);
            }
            int half = batch.size() / 2;
            Position middle = batch.get(half - 1).end();
            Position reached = logged(from, at, batch.subList(0, half), middle);
            return reached.equals(middle) ? logged(from, middle, batch.subList(half, batch.size()), end) : reached;
        }
    }

    /** Returns how far the journal is logged, which is farther than expected if another host had a copy of it, or this one died before. */
    private Position logged(UUID from, Position at, List<Entry> batch, Position end) {
        List<LogRow> rows = batch.stream()
                .map(entry -> LogRow.read(entry.content().duplicate()))
                .toList();
        partitions.accept(rows.stream()
                .map(row -> LocalDate.ofInstant(row.receivedAt(), ZoneOffset.UTC))
                .collect(Collectors.toSet()));
        long[] numbers = ids.next(rows.size());
        Position reached = platform.transaction(LIMIT, session -> {
            Position before = drained(session, from);
            if (before.compareTo(at) > 0) {
                return before;
            }
            if (!rows.isEmpty()) {
                // nobody has them in memory: whoever has time takes them from the queue
                LogRow.insert(session, rows, numbers, Duration.ZERO);
            }
            note(session, from, end);
            return end;
        });
        if (reached.equals(end)) {
            metrics.drained(rows.size());
            if (from.equals(journal.id()) && !rows.isEmpty()) {
                own.logged(rows.size(), rows.getLast().receivedAt());
            }
        }
        return reached;
    }

    /** Returns how far a journal is logged, and keeps others from going on with it until the transaction's end. */
    private static Position drained(Session session, UUID journal) {
        session.sql("""
                        insert into ingest_journal (id, segment, position) values (:id, :segment, :position)
                        on conflict (id) do nothing""")
                .bind("id", journal)
                .bind("segment", Position.START.segment())
                .bind("position", Position.START.offset())
                .execute();
        return session.sql("select segment, position from ingest_journal where id = :id for update")
                .bind("id", journal)
                .one(row -> new Position(row.integer("segment"), row.number("position")));
    }

    private static void note(Session session, UUID journal, Position end) {
        session.sql("""
                        update ingest_journal set segment = :segment, position = :position, drained_at = now()
                        where id = :id""")
                .bind("id", journal)
                .bind("segment", end.segment())
                .bind("position", end.offset())
                .execute();
    }

    @Override
    public void close() {
        closing = true;
        draining.close();
    }
}
