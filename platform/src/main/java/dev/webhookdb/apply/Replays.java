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
     */
    public Replayed replay(Webhooks.Window window, Set<State> states) {
        long stored = webhooks.replay(window, states);
        long verified = states.contains(State.REJECTED) ? reverification.verify(window) : 0;
        return new Replayed(stored + verified, states.contains(State.DONE) ? webhooks.erased(window) : 0);
    }

    /**
     * What is done again.
     *
     * @param queued how many webhooks
     * @param erased how many were left alone because their bodies were erased
     */
    public record Replayed(long queued, long erased) {}
}
