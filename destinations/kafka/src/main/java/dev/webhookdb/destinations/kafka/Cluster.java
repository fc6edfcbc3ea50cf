package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** How a cluster is connected to. */
final class Cluster {
    private static final int LONGEST_RECORD = 64 << 20;
    private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(15);

    private final Address address;
    private final List<Address.Broker> brokers;
    private final Duration timeout;

    Cluster(Address address, List<Address.Broker> brokers, Duration timeout) {
        this.address = address;
        this.brokers = brokers;
        this.timeout = timeout;
    }

    Admin admin() throws DestinationException {
        try {
            return loading(() -> Admin.create(common()));
        } catch (KafkaException e) {
            throw Failures.of(e);
        }
    }

    /** Makes a producer whose transactions end those of an earlier one of the same name. */
    Producer<byte[], byte[]> producer(String name) {
        Map<String, Object> settings = common();
        settings.put("transactional.id", name);
        settings.put("enable.idempotence", true);
        settings.put("acks", "all");
        settings.put("compression.type", "gzip");
        settings.put("linger.ms", 5);
        settings.put("batch.size", 128 << 10);
        settings.put("max.request.size", LONGEST_RECORD);
        settings.put("buffer.memory", (long) LONGEST_RECORD * 2);
        settings.put("max.block.ms", milliseconds());
        settings.put("delivery.timeout.ms", milliseconds() + 5);
        settings.put("transaction.timeout.ms", (int) Math.min(milliseconds(), LONGEST_TRANSACTION.toMillis()));
        return loading(() -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** Makes a client, which looks for its parts with the thread's class loader: that of the host, which does not have them. */
    private static <T> T loading(Supplier<T> client) {
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        thread.setContextClassLoader(Cluster.class.getClassLoader());
        try {
            return client.get();
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    private Map<String, Object> common() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(
                "bootstrap.servers",
                brokers.stream().map(Address.Broker::toString).collect(Collectors.toList()));
        settings.put("request.timeout.ms", milliseconds());
        settings.put("socket.connection.setup.timeout.ms", (long) milliseconds());
        settings.put("enable.metrics.push", false);
        boolean password = address.user().isPresent();
        if (address.tls()) {
            settings.put("security.protocol", password ? "SASL_SSL" : "SSL");
        } else {
            settings.put("security.protocol", password ? "SASL_PLAINTEXT" : "PLAINTEXT");
        }
        if (password) {
            settings.put("sasl.mechanism", address.mechanism());
            settings.put("sasl.jaas.config", login());
        }
        return settings;
    }

    private String login() {
        String module = address.mechanism().equals("PLAIN")
                ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                : "org.apache.kafka.common.security.scram.ScramLoginModule";
        return "%s required username=%s password=%s;"
                .formatted(module, quoted(address.user().orElseThrow()), quoted(address.password()));
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private int milliseconds() {
        return Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE - 5);
    }

    /** Returns the brokers as the cluster names them. */
    List<Address.Broker> brokers(Admin admin) throws DestinationException, InterruptedException {
        return answer(admin.describeCluster().nodes()).stream()
                .map(node -> new Address.Broker(node.host(), node.port()))
                .toList();
    }

    /** Waits for an answer. */
    <T> T answer(KafkaFuture<T> future) throws DestinationException, InterruptedException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw Failures.of(e.getCause());
        } catch (TimeoutException e) {
            throw new DestinationException(
                    Reason.TRANSIENT, "The cluster did not answer within %s.".formatted(timeout), e);
        }
    }
}
