package dev.webhookdb.testkit.simulator;

import java.util.List;

/** A provider's account that is alive: an API to list it, and events that happen in it. */
public interface Simulation {
    /** The API, which is being served. */
    SimulatedApi api();

    /** What the account holds, and how to look at it, in lines for people. */
    List<String> introduction();

    /** What webhooks are signed with; the wanted secret, unless the provider signs with what its callers authorize with. */
    default String signingSecret(String wanted) {
        return wanted;
    }

    /** Makes so many events happen, at the present. */
    List<? extends SimulatedWebhook> happen(int events);
}
