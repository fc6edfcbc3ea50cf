package dev.webhookdb.outbound;

import java.time.Duration;

/** When the next request may be sent. Safe for use by many threads. */
public interface Pace {
    /** Waits for the next turn. */
    void await() throws InterruptedException;

    /** Lets nobody send anything for that long, because the provider asked for it. */
    void pause(Duration time);
}
