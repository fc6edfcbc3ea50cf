package dev.webhookdb.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a server of its own and a simulated Stripe, lists what its account holds, delivers signed webhooks out of"
                    + " order, loses some, repairs what is missing, tells an application of every change, syncs another one, and compares every row.",
            "Needs no account anywhere. Stays up until Ctrl-C."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done, or ended by Ctrl-C after the tables were compared",
            "1:the server failed, or a table is not right",
            "2:wrong usage"
        })
final class DemoCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 18001;
    private static final int API_PORT = 18002;
    private static final int INTERRUPTED = 130;

    private final Screen screen;
    private final Map<String, String> variables;
    private volatile boolean shown;

    @Option(names = "--once", description = "End after the tables were compared.")
    private boolean once;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "3000",
            description = "How many events happen while the server listens. Default: ${DEFAULT-VALUE}.")
    private int events;

    @Option(
            names = "--past",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many events have happened before that. Default: ${DEFAULT-VALUE}.")
    private int past;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The server's port. Default: 18001, or a free one when it is taken.")
    private Integer port;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where the data is kept. Default: ~/.webhookdb/demo.")
    private Path dataDirectory;

    @Option(names = "--seed", paramLabel = "N", description = "Decides what happens. Default: another one every time.")
    private Long seed;

    DemoCommand(Screen screen, Map<String, String> variables) {
        this.screen = screen;
        this.variables = variables;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (events < 1) {
            throw new DemoException("--events " + events + " is out of range: give at least 1.");
        }
        if (past < 0) {
            throw new DemoException("--past " + past + " is out of range: give at least 0.");
        }
        Path directory = Optional.ofNullable(dataDirectory)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".webhookdb", "demo"))
                .toAbsolutePath();
        int chosenPort = Optional.ofNullable(port).orElseGet(DemoCommand::freePort);
        screen.line("Starting a WebhookDB server with its own PostgreSQL; its data is in " + directory + ".");
        try (ServerProcess server =
                ServerProcess.start(List.of(launcher().toString(), "server"), directory, chosenPort)) {
            Thread hook = new Thread(() -> stop(server), "stop");
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                play(server, directory);
            } finally {
                forget(hook);
            }
        }
        return 0;
    }

    private void play(ServerProcess server, Path directory) throws InterruptedException {
        long chosenSeed = Optional.ofNullable(seed)
                .orElseGet(() -> ThreadLocalRandom.current().nextLong(1_000_000));
        try (SimulatedStripe stripe = SimulatedStripe.start(chosenSeed, past, API_PORT)) {
            Demo.Result made = new Demo(screen, server, stripe, events).play(directory);
            if (!once) {
                screen.line("");
                new Suggestions(launcher(), server, stripe).lines(made).forEach(screen::line);
                stayUp(server);
            }
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Ctrl-C came first: the hook is running, and decides how the process ends
            LockSupport.park();
        }
    }

    private void stayUp(ServerProcess server) throws InterruptedException {
        screen.line("");
        screen.line("The server and the simulated Stripe stay up. Press Ctrl-C to stop them; the data is kept.");
        shown = true;
        server.awaitEnd();
    }

    /** Runs when Ctrl-C or SIGTERM ends the demo; the JVM would end with 130 although nothing is wrong. */
    private void stop(ServerProcess server) {
        boolean running = server.running();
        if (running) {
            screen.line("");
            screen.line("Stopping the server ...");
        }
        server.close();
        if (running) {
            screen.line("The server has stopped. The next demo begins another organization beside this one.");
        }
        Runtime.getRuntime().halt(shown ? 0 : INTERRUPTED);
    }

    private Path launcher() {
        String home = Optional.ofNullable(variables.get("WEBHOOKDB_HOME"))
                .orElseThrow(
                        () -> new DemoException(
                                "WEBHOOKDB_HOME is not set: start the demo with the bin/webhookdb of an unpacked distribution."));
        return Path.of(home, "bin", "webhookdb");
    }

    private static int freePort() {
        try (ServerSocket wanted = new ServerSocket(DEFAULT_PORT)) {
            return wanted.getLocalPort();
        } catch (IOException e) {
            return anyFreePort();
        }
    }

    private static int anyFreePort() {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        } catch (IOException e) {
            throw new DemoException("No port is free on this machine. Stop something, and try again.", e);
        }
    }
}
