package dev.webhookdb.integration;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the platform's database is known to be away, so that nobody who has to answer soon waits for it any more. It begins when somebody waited
 * for the database in vain, and ends when whoever asks it again and again had an answer. Thread-safe.
 */
public final class DatabaseAbsence {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAbsence.class);

    private final List<Runnable> told = new CopyOnWriteArrayList<>();
    private volatile boolean away;

    /** Returns whether it is away as far as anybody knows. */
    public boolean isAway() {
        return away;
    }

    /** Has something run whenever it begins; it must be quick. */
    public void onBegin(Runnable begun) {
        told.add(begun);
    }

    /**
     * Says that the database is away.
     *
     * @param why a sentence for the operator
     */
    public void begin(String why) {
        boolean first;
        synchronized (this) {
            first = !away;
            away = true;
        }
        if (first) {
            LOG.warn("Webhooks go to the journal until the database takes them again: {}", why);
            told.forEach(Runnable::run);
        }
    }

    /** Says that the database takes webhooks again, and has those of the journal. */
    public void end() {
        boolean first;
        synchronized (this) {
            first = away;
            away = false;
        }
        if (first) {
            LOG.info("The database takes webhooks again, and has those of the journal");
        }
    }
}
