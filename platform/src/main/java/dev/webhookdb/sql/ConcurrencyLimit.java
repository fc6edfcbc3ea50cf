package dev.webhookdb.sql;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Limits how much of a kind is done at a time. */
public final class ConcurrencyLimit {
    private ConcurrencyLimit() {}

    /**
     * Does work when there is a place for it.
     *
     * @param otherwise what is told when there was none for as long as the patience lasts
     * @throws BusyException then
     */
    public static <T> T within(Semaphore places, Duration patience, String otherwise, Supplier<T> work) {
        try {
            if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new BusyException(otherwise + " Try again in a moment.");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BusyException("The host is stopping. Try again in a moment.");
        }
        try {
            return work.get();
        } finally {
            places.release();
        }
    }
}
