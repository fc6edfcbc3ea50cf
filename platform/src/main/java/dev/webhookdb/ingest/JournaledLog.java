package dev.webhookdb.ingest;

import dev.webhookdb.integration.DatabaseAbsence;
import dev.webhookdb.journal.Journal;
import dev.webhookdb.journal.JournalException;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.JournalMetrics;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.sql.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Logs requests in the database, and in a journal on this host's disk while the database does not take them. Thread-safe.
 *
 * <p>The first request for which the database was waited for in vain begins its {@linkplain DatabaseAbsence absence}; from then on requests go
 * to the journal at once, and in the background the database is asked until it answers. What the journal has is then logged in order, and
 * when all of it is, requests go to the database again. Not before, so that they are logged in the order in which they came; only when the
 * journal has no room, they do while it is being read.
 *
 * <p>A request that was waited for in vain may be committed all the same, and then is in the log twice. Its rows come out the same.
 */
public final class JournaledLog implements RequestLog, AutoCloseable {
    /** Of the two seconds in which a sender is answered, a part for the database, and another for the disk. */
    private static final Duration FOR_DATABASE = Duration.ofMillis(750);

    private static final Duration FOR_DISK = Duration.ofMillis(750);
    private static final long WRITTEN_PER_SECOND = 8 << 20;

    private final WebhookLog log;
    private final DatabaseAbsence absence;
    private final MemoryBudget memory;
    private final JournalMetrics metrics;
    private final Journal journal;
    private final JournalDrain drain;
    private volatile boolean refused;

    /**
     * What it stands on.
     *
     * @param partitions makes the log's partitions of days if they are missing
     * @param memory is charged for what is held
     */
    public record Ground(
            WebhookLog log,
            Database platform,
            DatabaseAbsence absence,
            Consumer<Set<LocalDate>> partitions,
            MemoryBudget memory,
            BackgroundTasks tasks,
            JournalMetrics metrics) {}

    private JournaledLog(Ground ground, Journal journal, JournalDrain drain) {
        this.log = ground.log();
        this.absence = ground.absence();
        this.memory = ground.memory();
        this.metrics = ground.metrics();
        this.journal = journal;
        this.drain = drain;
        absence.onBegin(drain::wake);
        metrics.watch(drain::entries, drain::bytes, drain::age);
    }

    /** Returns what tells this installation's journals from another's. */
    public static UUID installation(Database platform) {
        return platform.transaction(
                session -> session.sql("select id from installation").one(row -> row.uuid("id")));
    }

    /**
     * Begins a journal, and to read what earlier runs and other hosts left.
     *
     * @param installation whose journals are read
     * @param directory where journals are
     * @param most how many bytes they may take
     * @throws JournalException if the directory cannot be used
     */
    public static JournaledLog open(Ground ground, UUID installation, Path directory, long most) {
        AbandonedJournals abandoned = new AbandonedJournals(directory, installation);
        Journal journal = Journal.begin(directory, installation, most, abandoned::bytes, ground.tasks());
        return new JournaledLog(ground, journal, new JournalDrain(ground, journal, abandoned));
    }

    @Override
    public void append(LogEntry entry, MemoryBudget.Charge charge) {
        if (!absence.isAway()) {
            try {
                log.append(entry, charge, FOR_DATABASE);
                return;
            } catch (UnavailableException e) {
                if (!e.isAway()) {
                    throw e;
                }
                absence.begin(e.getMessage());
            }
        }
        // the log may still hold the entry, with the charge for it
        try (MemoryBudget.Charge _ = memory.tryCharge(entry.size())
                .orElseThrow(() -> new UnavailableException("More is being received than fits into memory.", null))) {
            journal.append(
                    FOR_DISK.plusMillis(1_000L * entry.size() / WRITTEN_PER_SECOND),
                    LogRow.of(entry).written());
            refused = false;
            metrics.appended();
            drain.appended(entry.request().receivedAt());
        } catch (JournalException e) {
            refused = true;
            if (!drain.answers()) {
                throw new UnavailableException(e.getMessage(), e);
            }
            log.append(entry, charge, FOR_DATABASE);
        }
    }

    /** Returns whether requests are taken even if the database does not take them. */
    public boolean isTaking() {
        return !refused;
    }

    /** Stops reading and writing. What is in the journal is read at the next start. */
    @Override
    public void close() {
        drain.close();
        journal.close();
    }
}
