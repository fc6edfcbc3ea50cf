package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.State;
import java.util.Set;

/**
 * Has webhooks done again: what was accepted is stored again, and what was rejected is verified again. Thread-safe.
 *
 * @param webhooks the log
 * @param reverification what verifies again
 */
public record Replays(Webhooks webhooks, Reverification reverification) {
    /**
     * Does again what is in one of the states; what is pending is on its way and is left alone.
     *
     * @return how many are queued
     */
    public long replay(Webhooks.Window window, Set<State> states) {
        long stored = webhooks.replay(window, states);
        return states.contains(State.REJECTED) ? stored + reverification.verify(window) : stored;
    }
}
