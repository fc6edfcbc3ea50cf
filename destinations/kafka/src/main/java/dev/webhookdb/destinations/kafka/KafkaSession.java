package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.RowJson;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** A session with one producer, whose transactions have records and positions in them. */
final class KafkaSession implements DestinationSession {
    private final Cluster cluster;
    private final Admin admin;
    private final String prefix;
    private final Map<String, Long> positions = new HashMap<>();
    private final AtomicReference<Producer<byte[], byte[]>> producer = new AtomicReference<>();
    private volatile boolean closed;

    KafkaSession(Cluster cluster, Admin admin, String prefix) {
        this.cluster = cluster;
        this.admin = admin;
        this.prefix = prefix;
    }

    /** What is done in a transaction. */
    @FunctionalInterface
    private interface Work {
        void run(Producer<byte[], byte[]> producer);
    }

    @Override
    public Standing open(DestinationTable table, Start start) throws DestinationException, InterruptedException {
        try {
            String topic = Topics.name(prefix, table);
            Topics topics = new Topics(cluster, admin);
            if (start.afresh()) {
                end();
                topics.remove(topic);
            }
            boolean made = topics.make(topic);
            begin(table.owner());
            OptionalLong kept = made ? OptionalLong.empty() : position(table.owner(), topic);
            long position = kept.orElse(start.position());
            positions.put(topic, position);
            if (kept.isPresent()) {
                return Standing.at(position, 0);
            }
            transaction(sender -> commit(sender, table.owner(), topic, position));
            Standing standing = Standing.at(position, 0);
            return made ? standing.whenMade() : standing.whenAdopted();
        } catch (DestinationException e) {
            throw failed(e);
        } catch (KafkaException | IllegalStateException e) {
            throw failed(e);
        }
    }

    /** Ends the transactions of an earlier session of the same owner. */
    private void begin(String owner) {
        if (producer.get() == null) {
            producer.set(cluster.producer("webhookdb-" + owner));
            if (closed) {
                end();
            }
            sender().initTransactions();
        }
    }

    /** Returns the position; an offset that a transaction is about to commit is waited for. */
    private OptionalLong position(String owner, String topic) throws DestinationException, InterruptedException {
        TopicPartition place = new TopicPartition(topic, 0);
        OffsetAndMetadata committed = cluster.answer(admin.listConsumerGroupOffsets(
                                Map.of(
                                        group(owner),
                                        new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(place))),
                                new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata(group(owner)))
                .get(place);
        return committed == null ? OptionalLong.empty() : OptionalLong.of(committed.offset());
    }

    @Override
    public void write(DestinationTable table, Batch batch) throws DestinationException, InterruptedException {
        String topic = Topics.name(prefix, table);
        long position = Math.max(positions.get(topic), batch.position());
        try {
            transaction(sender -> {
                batch.rows().forEach(row -> send(sender, table, topic, row));
                commit(sender, table.owner(), topic, position);
            });
            positions.put(topic, position);
        } catch (KafkaException | IllegalStateException e) {
            throw failed(e);
        }
    }

    /** Sends a state, and, when it is the last one of a row, that there is none after it. Failures are those of the transaction. */
    private static void send(Producer<byte[], byte[]> sender, DestinationTable table, String topic, Row row) {
        byte[] key = row.text(table.index(table.key())).getBytes(StandardCharsets.UTF_8);
        byte[] value = RowJson.of(table, row).getBytes(StandardCharsets.UTF_8);
        var unused = sender.send(record(table, topic, row, key, value));
        if (row.deleted()) {
            unused = sender.send(record(table, topic, row, key, null));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            DestinationTable table, String topic, Row row, byte[] key, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
        record.headers()
                .add("webhookdb-change", Long.toString(row.change()).getBytes(StandardCharsets.UTF_8))
                .add("webhookdb-table", table.name().getBytes(StandardCharsets.UTF_8));
        return record;
    }

    // the class becomes an interface in version 5 of the client, and there is no other way yet without a consumer
    @SuppressWarnings("removal")
    private static void commit(Producer<byte[], byte[]> sender, String owner, String topic, long position) {
        sender.sendOffsetsToTransaction(
                Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(position)),
                new ConsumerGroupMetadata(group(owner)));
    }

    private void transaction(Work work) {
        Producer<byte[], byte[]> sender = sender();
        sender.beginTransaction();
        work.run(sender);
        sender.commitTransaction();
    }

    private Producer<byte[], byte[]> sender() {
        return Optional.ofNullable(producer.get())
                .orElseThrow(() -> new IllegalStateException("The session was closed"));
    }

    private static String group(String owner) {
        return "webhookdb-" + owner;
    }

    private DestinationException failed(RuntimeException e) throws InterruptedException {
        if (e instanceof InterruptException) {
            close();
            throw new InterruptedException("Interrupted while the cluster was waited for");
        }
        return failed(Failures.of(e));
    }

    /** Ends the transaction if only rows are to blame, and the session otherwise. */
    private DestinationException failed(DestinationException failure) {
        if (failure.reason() != Reason.ROWS) {
            close();
            return failure;
        }
        try {
            sender().abortTransaction();
            return failure;
        } catch (KafkaException | IllegalStateException e) {
            close();
            return Failures.of(e);
        }
    }

    /** Ends the producer, which would look for a topic that was removed under the id that it had. */
    private void end() {
        Optional.ofNullable(producer.getAndSet(null)).ifPresent(sender -> sender.close(Duration.ZERO));
    }

    @Override
    public void close() {
        closed = true;
        end();
        admin.close(Duration.ZERO);
    }
}
