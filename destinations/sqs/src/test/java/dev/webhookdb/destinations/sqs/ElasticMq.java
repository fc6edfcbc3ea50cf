package dev.webhookdb.destinations.sqs;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A real ElasticMQ, which speaks the protocol of SQS, one for all tests of the module. It takes any keys. */
final class ElasticMq {
    static final String ACCESS_KEY = "AKIAKIT";
    static final String SECRET_KEY = "s/e+c r%t";

    private static final String ENCODED_SECRET_KEY = "s%2Fe%2Bc%20r%25t";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final int port;
    private final SqsClient client;

    private ElasticMq(int port) {
        this.port = port;
        this.client = SqsClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .httpClient(new PlainHttp())
                .build();
    }

    /** The server. Starts when it is asked for first, and ends with the tests. */
    static ElasticMq shared() {
        return Holder.SERVER;
    }

    private static final class Holder {
        static final ElasticMq SERVER = start();
    }

    int port() {
        return port;
    }

    /** Returns the URL of a queue, as the destination wants it, through whatever listens at a port. */
    static URI url(int port, String queue) {
        return URI.create("sqs://%s:%s@127.0.0.1:%d/000000000000/%s?tls=false"
                .formatted(ACCESS_KEY, ENCODED_SECRET_KEY, port, queue));
    }

    /** Returns a client without any code of the destination, which is everybody's and not closed. */
    SqsClient client() {
        return client;
    }

    /** Makes a FIFO queue if it is not there. */
    void make(String queue) {
        client.createQueue(
                request -> request.queueName(queue).attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")));
    }

    private static ElasticMq start() {
        try {
            Path home = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "elasticmq");
            int port = freePort();
            Process server = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-Drest-sqs.bind-hostname=127.0.0.1",
                            "-Drest-sqs.bind-port=" + port,
                            "-Dnode-address.host=127.0.0.1",
                            "-Dnode-address.port=" + port,
                            "-Drest-stats.enabled=false",
                            "-Dpekko.loglevel=WARNING",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "org.elasticmq.server.Main")
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
            var elasticMq = new ElasticMq(port);
            await("ElasticMQ answers; see target/elasticmq*/log")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> elasticMq.client().listQueues().queueUrls().isEmpty());
            return elasticMq;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
