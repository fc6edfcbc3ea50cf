package dev.webhookdb.destinations.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** A real Kafka of one node, one for all tests of the module, with the user {@code kit}. */
final class KafkaServer {
    private static final String PASSWORD = "p@ss/w:rd%+";
    private static final String ENCODED = "p%40ss%2Fw%3Ard%25+";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final int port;

    private KafkaServer(int port) {
        this.port = port;
    }

    /** The server. Starts when it is asked for first, and ends with the tests. */
    static KafkaServer shared() {
        return Holder.SERVER;
    }

    private static final class Holder {
        static final KafkaServer SERVER = start();
    }

    URI url() {
        return URI.create("kafka://kit:%s@127.0.0.1:%d/kit.?tls=false&mechanism=PLAIN".formatted(ENCODED, port));
    }

    /** Returns how to connect without any code of the destination. */
    Map<String, Object> settings() {
        return Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + port,
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"kit\" password=\"%s\";"
                        .formatted(PASSWORD));
    }

    private static KafkaServer start() {
        try {
            Path home = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "kafka");
            int port = freePort();
            Path settings = Files.writeString(home.resolve("server.properties"), settings(home, port, freePort()));
            Process formatting = java(
                            home,
                            "kafka.tools.StorageTool",
                            "format",
                            "--standalone",
                            "-t",
                            "4L6g3nShT-eMCtK--X86sw",
                            "-c",
                            settings.toString())
                    .start();
            if (formatting.waitFor() != 0) {
                throw new IllegalStateException("Kafka's storage cannot be made; see target/kafka*/log");
            }
            Process server = java(home, "kafka.Kafka", settings.toString()).start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
            KafkaServer kafka = new KafkaServer(port);
            kafka.await(server);
            return kafka;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Kafka was starting", e);
        }
    }

    private static String settings(Path home, int port, int controller) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=127.0.0.1:%2$d
                listeners=CLIENTS://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=CLIENTS://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=CLIENTS
                sasl.enabled.mechanisms=PLAIN
                sasl.mechanism.inter.broker.protocol=PLAIN
                listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
                  username="kit" password="%4$s" user_kit="%4$s";
                log.dirs=%3$s
                num.partitions=3
                offsets.topic.num.partitions=3
                offsets.topic.replication.factor=1
                transaction.state.log.num.partitions=3
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                """.formatted(port, controller, home.resolve("logs").toAbsolutePath(), PASSWORD);
    }

    private static ProcessBuilder java(Path home, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()));
    }

    private void await(Process server) throws InterruptedException {
        Instant until = Instant.now().plus(PATIENCE);
        try (Admin admin = Admin.create(settings())) {
            while (true) {
                try {
                    admin.describeCluster().nodes().get(5, TimeUnit.SECONDS);
                    return;
                } catch (ExecutionException | TimeoutException e) {
                    if (!server.isAlive() || Instant.now().isAfter(until)) {
                        throw new IllegalStateException("Kafka does not answer; see target/kafka*/log", e);
                    }
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
