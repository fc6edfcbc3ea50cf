package dev.webhookdb.demo;

import dev.webhookdb.testkit.simulator.Fault;
import dev.webhookdb.testkit.simulator.Faults;
import dev.webhookdb.testkit.simulator.SimulatedApi;
import dev.webhookdb.testkit.simulator.Simulation;
import dev.webhookdb.testkit.simulator.Simulators;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a simulated provider alone until Ctrl-C: its API on a port of this machine, and if wanted its webhooks.",
            "What goes wrong at real providers can be had, too."
        })
final class SimulateCommand implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "PROVIDER",
            arity = "0..1",
            defaultValue = "stripe",
            completionCandidates = Providers.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String provider;

    @Option(names = "--port", paramLabel = "N", defaultValue = "18002", description = "Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            defaultValue = "rk_test_simulated",
            description = "What callers of the API authorize with. Default: ${DEFAULT-VALUE}.")
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

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Answers 429 to more than so many requests a second. Default: what the provider has.")
    private Optional<Integer> rate;

    @Option(
            names = "--fail-every",
            paramLabel = "N",
            description = "Answers every N-th request with 503. Default: none.")
    private Optional<Integer> failEvery;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            converter = Time.class,
            defaultValue = "0s",
            description = "How long every answer takes, for example 0.2s. Default: none.")
    private Duration latency;

    @Option(
            names = "--webhooks-to",
            paramLabel = "URL",
            description = "Goes on living, and sends its webhooks there. Default: to nobody.")
    private Optional<URI> receiver;

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            defaultValue = "whsec_simulated",
            description = "What webhooks are signed with; Twilio signs with its key. Default: ${DEFAULT-VALUE}.")
    private String secret;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Time.class,
            defaultValue = "1s",
            description = "How much time passes between two events. Default: ${DEFAULT-VALUE}.")
    private Duration every;

    SimulateCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws InterruptedException {
        Simulation simulation = Simulators.named(provider)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "There is no simulated '%s', but %s"
                                .formatted(provider, String.join(", ", Simulators.names()))))
                .start(new Simulators.Options(seed, events, key, port));
        try (SimulatedApi api = simulation.api()) {
            arrange(api.faults());
            simulation.introduction().forEach(screen::line);
            if (receiver.isPresent()) {
                live(simulation, receiver.get());
            }
            new CountDownLatch(1).await();
            return 0;
        }
    }

    private void arrange(Faults faults) {
        rate.ifPresent(faults::atMost);
        failEvery.ifPresent(n -> faults.every(n, Fault.status(503)));
        faults.latency(latency);
    }

    private void live(Simulation simulation, URI url) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            Delivery delivery = new Delivery(client, url, simulation.signingSecret(secret));
            while (true) {
                for (var webhook : simulation.happen(1)) {
                    screen.line("  " + webhook.type() + ": " + delivery.attempt(webhook));
                }
                Thread.sleep(every);
            }
        }
    }

    /** The names of the providers, for the help. */
    private static final class Providers implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Simulators.names().iterator();
        }
    }

    /** A time such as {@code 1s}, {@code 0.2s} or {@code 5m}. */
    private static final class Time implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Duration.parse("PT" + text);
        }
    }
}
