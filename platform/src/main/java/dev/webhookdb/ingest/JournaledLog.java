package dev.webhookdb.ingest;

import dev.webhookdb.integration.DatabaseAbsence;
import dev.webhookdb.journal.JournalException;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.JournalMetrics;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.sql.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
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
 * <p>A host that starts while the database is away has only the journal at first, and is {@linkplain #connect connected} later.
 *
 * <p>A request that was waited for in vain may be committed all the same, and then is in the log twice. Its rows come out the same.
 */
public final class JournaledLog implements RequestLog, AutoCloseable {
    /** Of the two seconds in which a sender is answered, a part; another is for the disk. */
    private static final Duration FOR_DATABASE = Duration.ofMillis(750);

    private final Ground ground;
    private final OwnJournal journal;
    private volatile Optional<Connected> connected = Optional.empty();
    private volatile boolean refused;

    /**
     * What it stands on.
     *
     * @param memory is charged for what is held
     */
    public record Ground(DatabaseAbsence absence, MemoryBudget memory, BackgroundTasks tasks, JournalMetrics metrics) {}

    /** What there is with a database. */
    private record Connected(WebhookLog log, JournalDrain drain) {}

    private JournaledLog(Ground ground, OwnJournal journal) {
        this.ground = ground;
        this.journal = journal;
        ground.metrics().watch(journal::entries, journal::bytes, journal::age);
    }

    /** Returns what tells this installation's journals from another's. */
    public static UUID installation(Database platform) {
        return platform.transaction(
                session -> session.sql("select id from installation").one(row -> row.uuid("id")));
    }

    /**
     * Begins a journal. Until it is {@linkplain #connect connected}, the database has to be known as away.
     *
     * @param installation whose journals are read
     * @param directory where journals are
     * @param most how many bytes they may take
     * @throws JournalException if the directory cannot be used
     */
    public static JournaledLog begin(Ground ground, UUID installation, Path directory, long most) {
        return new JournaledLog(ground, new OwnJournal(installation, directory, most, ground.tasks()));
    }

    /**
     * Begins to log requests in the database, and what this run appended, earlier runs and other hosts left in journals.
     *
     * @param log in the same database
     * @param platform this installation's
     * @param partitions makes the log's partitions of days if they are missing
     */
    public void connect(WebhookLog log, Database platform, Consumer<Set<LocalDate>> partitions) {
        JournalDrain drain = new JournalDrain(ground, journal, platform, partitions);
        ground.absence().onBegin(drain::wake);
        connected = Optional.of(new Connected(log, drain));
    }

    @Override
    public void append(LogEntry entry, MemoryBudget.Charge charge) {
        boolean waited = isThere();
        if (waited && isLogged(entry, charge)) {
            return;
        }
        if (!isJournaled(entry, charge, waited)) {
            append(entry, charge);
        }
    }

    /**
     * Returns whether it was kept, if not in the journal, then in the log.
     *
     * @param waited whether the log did not take it; otherwise it may be left to the log again, if that takes requests by now
     */
    private boolean isJournaled(LogEntry entry, MemoryBudget.Charge charge, boolean waited) {
        // the log may still hold the entry, with the charge for it
        try (MemoryBudget.Charge _ = ground.memory()
                .tryCharge(entry.size())
                .orElseThrow(() -> new UnavailableException("More is being received than fits into memory.", null))) {
            if (!journal.append(entry, () -> !waited && isThere())) {
                return false;
            }
            refused = false;
            ground.metrics().appended();
            connected.map(Connected::drain).ifPresent(JournalDrain::appended);
        } catch (JournalException e) {
            refused = true;
            WebhookLog log = connected
                    .filter(there -> there.drain().answers())
                    .map(Connected::log)
                    .orElseThrow(() -> new UnavailableException(e.getMessage(), e));
            log.append(entry, charge, FOR_DATABASE);
        }
        return true;
    }

    private boolean isThere() {
        return connected.isPresent() && !ground.absence().isAway();
    }

    /** Returns whether the log took it; if not, that begins the database's absence. */
    private boolean isLogged(LogEntry entry, MemoryBudget.Charge charge) {
        try {
            connected.orElseThrow().log().append(entry, charge, FOR_DATABASE);
            return true;
        } catch (UnavailableException e) {
            if (!e.isAway()) {
                throw e;
            }
            ground.absence().begin(e.getMessage());
            return false;
        }
    }

    /** Returns whether requests are taken even if the database does not take them. */
    public boolean isTaking() {
        return !refused;
    }

    /** Stops reading and writing. What is in the journal is read at the next start. */
    @Override
    public void close() {
        connected.map(Connected::drain).ifPresent(JournalDrain::close);
        journal.close();
    }
}
