package dev.webhookdb.testkit.simulator;

import java.time.Instant;
import java.util.List;

/** A Twilio account that is alive. */
record TwilioSimulation(TwilioSimulator account, TwilioApi api, String authToken) implements Simulation {
    private static final int SECONDS_PER_EVENT = 12;

    static Simulation start(Simulators.Options options) {
        Instant start = Instant.now().minusSeconds((long) options.events() * SECONDS_PER_EVENT);
        TwilioSimulator account = TwilioSimulator.seeded(options.seed()).startingAt(start);
        account.happen(options.events());
        return new TwilioSimulation(account, TwilioApi.serving(account, options.key(), options.port()), options.key());
    }

    @Override
    public List<String> introduction() {
        return List.of(
                "The simulated Twilio account %s has %d messages. Try:"
                        .formatted(account.accountSid(), account.messages().size()),
                "  curl -u %1$s:%2$s '%3$s/2010-04-01/Accounts/%1$s/Messages.json?PageSize=2'"
                        .formatted(account.accountSid(), authToken, api.url()));
    }

    @Override
    public String signingSecret(String wanted) {
        return authToken;
    }

    @Override
    public List<TwilioCallback> happen(int events) {
        return account.happenAt(Instant.now(), events);
    }
}
