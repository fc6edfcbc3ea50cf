package dev.webhookdb.demo;

import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Runs a simulated Stripe alone: its list API on a port of this machine, until Ctrl-C.")
final class SimulateCommand implements Callable<Integer> {
    private static final int SECONDS_PER_EVENT = 12;

    private final Screen screen;

    @Option(names = "--port", paramLabel = "N", defaultValue = "18002", description = "Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            defaultValue = "rk_test_simulated",
            description = "Default: ${DEFAULT-VALUE}.")
    private String key;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "3000",
            description = "How many events made the account's state. Default: ${DEFAULT-VALUE}.")
    private int events;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides what. Default: ${DEFAULT-VALUE}.")
    private long seed;

    SimulateCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws InterruptedException {
        StripeSimulator account =
                StripeSimulator.seeded(seed).startingAt(Instant.now().minusSeconds((long) events * SECONDS_PER_EVENT));
        account.happen(events);
        try (StripeApi api = StripeApi.serving(account, key, port)) {
            screen.line("The simulated Stripe has " + account.charges().size() + " charges and "
                    + account.customers().size() + " customers. Try:");
            screen.line("  curl -u " + key + ": " + api.url() + "/v1/charges?limit=2");
            new CountDownLatch(1).await();
            return 0;
        }
    }
}
