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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/** A real Kafka with the user {@code kit}: of one node, which all tests of the module share, or of several. */
final class KafkaServer implements AutoCloseable {
    private static final String CLUSTER = "4L6g3nShT-eMCtK--X86sw";
    private static final String PASSWORD = "p@ss/w:rd%+";
    private static final String ENCODED = "p%40ss%2Fw%3Ard%25+";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<Node> nodes;

    /** A process that is broker and controller. */
    private record Node(int port, Process process) {}

    private KafkaServer(List<Node> nodes) {
        this.nodes = nodes;
    }

    /** The server of one node. Starts when it is asked for first, and ends with the tests. */
    static KafkaServer shared() {
        return Holder.SERVER;
    }

    private static final class Holder {
        static final KafkaServer SERVER = of(1);
    }

    /** Starts a cluster in which every record is on all nodes, and acknowledged when all but one have it. */
    static KafkaServer of(int size) {
        try {
            int[] clients = freePorts(size);
            int[] controllers = freePorts(size);
            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                nodes.add(new Node(clients[i], start(i, clients[i], controllers)));
            }
            KafkaServer kafka = new KafkaServer(nodes);
            kafka.await();
            return kafka;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Kafka was starting", e);
        }
    }

    URI url() {
        return URI.create("kafka://kit:%s@%s/kit.?tls=false&mechanism=PLAIN".formatted(ENCODED, addresses()));
    }

    /** Returns how to connect without any code of the destination. */
    Map<String, Object> settings() {
        return Map.of(
                "bootstrap.servers",
                addresses(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"kit\" password=\"%s\";"
                        .formatted(PASSWORD));
    }

    /** Ends the node with a port at once, as a loss of power would. */
    void kill(int port) throws InterruptedException {
        for (Node node : nodes) {
            if (node.port() == port) {
                node.process().destroyForcibly().waitFor();
            }
        }
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.process().destroyForcibly());
    }

    private String addresses() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    private static Process start(int index, int port, int[] controllers) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "kafka");
        Path settings =
                Files.writeString(home.resolve("server.properties"), settings(home, index + 1, port, controllers));
        Process formatting = java(home, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", settings.toString())
                .start();
        if (formatting.waitFor() != 0) {
            throw new IllegalStateException("Kafka's storage cannot be made; see target/kafka*/log");
        }
        Process server = java(home, "kafka.Kafka", settings.toString()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
        return server;
    }

    private static String settings(Path home, int id, int port, int[] controllers) {
        String voters = IntStream.range(0, controllers.length)
                .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, controllers[i]))
                .collect(Collectors.joining(","));
        return """
                process.roles=broker,controller
                node.id=%5$d
                controller.quorum.voters=%6$s
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
                default.replication.factor=%7$d
                min.insync.replicas=%8$d
                offsets.topic.num.partitions=3
                offsets.topic.replication.factor=%7$d
                transaction.state.log.num.partitions=3
                transaction.state.log.replication.factor=%7$d
                transaction.state.log.min.isr=%8$d
                group.initial.rebalance.delay.ms=0
                """.formatted(
                        port,
                        controllers[id - 1],
                        home.resolve("logs").toAbsolutePath(),
                        PASSWORD,
                        id,
                        voters,
                        controllers.length,
                        Math.max(1, controllers.length - 1));
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

    private void await() throws InterruptedException {
        Instant until = Instant.now().plus(PATIENCE);
        try (Admin admin = Admin.create(settings())) {
            while (true) {
                try {
                    int known = admin.describeCluster()
                            .nodes()
                            .get(5, TimeUnit.SECONDS)
                            .size();
                    if (known == nodes.size()) {
                        return;
                    }
                    TimeUnit.MILLISECONDS.sleep(100);
                } catch (ExecutionException | TimeoutException e) {
                    boolean ended =
                            nodes.stream().anyMatch(node -> !node.process().isAlive());
                    if (ended || Instant.now().isAfter(until)) {
                        throw new IllegalStateException("Kafka does not answer; see target/kafka*/log", e);
                    }
                }
            }
        }
    }

    /** All of them are free at the same time, so that none is given twice. */
    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
