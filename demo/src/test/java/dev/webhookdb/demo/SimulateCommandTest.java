package dev.webhookdb.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A simulated provider tells whoever is named of what happens. */
class SimulateCommandTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource({"stripe, Stripe-Signature", "shopify, X-Shopify-Hmac-Sha256", "twilio, X-Twilio-Signature"})
    void aProviderSendsSignedWebhooks(String provider, String header) throws Exception {
        BlockingQueue<String> signatures = new LinkedBlockingQueue<>();
        HttpServer receiver = receiver(header, signatures);
        Thread command = Thread.ofVirtual().start(() -> {
            int status = execute(
                    provider,
                    "--port",
                    "0",
                    "--events",
                    "50",
                    "--webhooks-to",
                    "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook",
                    "--every",
                    "0.01s");
            assertThat(status).isNotZero();
        });
        try {
            for (int i = 0; i < 3; i++) {
                assertThat(signatures.poll(20, TimeUnit.SECONDS)).isNotEmpty();
            }
        } finally {
            command.interrupt();
            command.join();
            receiver.stop(0);
        }
        assertThat(printed.toString(UTF_8)).contains("Try:", "curl", "answered with 202");
    }

    @Test
    void anUnknownProviderIsAWrongUsage() {
        assertThat(execute("acme")).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private int execute(String... arguments) {
        CommandLine command =
                new CommandLine(new SimulateCommand(new Screen(new PrintStream(printed, true, UTF_8), false)));
        command.setParameterExceptionHandler((e, given) -> CommandLine.ExitCode.USAGE);
        return command.execute(arguments);
    }

    private static HttpServer receiver(String header, BlockingQueue<String> signatures) throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            signatures.add(exchange.getRequestHeaders().getFirst(header));
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        receiver.start();
        return receiver;
    }
}
