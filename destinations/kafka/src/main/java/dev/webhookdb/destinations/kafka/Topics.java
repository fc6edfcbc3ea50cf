package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of tables. */
final class Topics {
    private static final int ATTEMPTS = 50;

    private final Cluster cluster;
    private final Admin admin;

    Topics(Cluster cluster, Admin admin) {
        this.cluster = cluster;
        this.admin = admin;
    }

    /** Returns the name of a table's topic. Characters that topics cannot have are written as numbers. */
    static String name(String prefix, DestinationTable table) {
        return prefix + table.schema().map(schema -> plain(schema) + ".").orElse("") + plain(table.name());
    }

    private static String plain(String name) {
        StringBuilder plain = new StringBuilder();
        name.codePoints().forEach(character -> {
            if (character < 0x80 && (Character.isLetterOrDigit(character) || "._-".indexOf(character) >= 0)) {
                plain.appendCodePoint(character);
            } else {
                plain.append("-%x-".formatted(character));
            }
        });
        return plain.toString();
    }

    /**
     * Makes a topic in which the last record of each key is kept.
     *
     * @return whether it was not there
     */
    boolean make(String topic) throws DestinationException, InterruptedException {
        NewTopic made = new NewTopic(topic, Optional.empty(), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            cluster.answer(admin.createTopics(List.of(made)).all());
            return true;
        } catch (DestinationException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw e;
        }
    }

    /** Removes a topic, which takes the cluster a moment. */
    void remove(String topic) throws DestinationException, InterruptedException {
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                cluster.answer(admin.deleteTopics(List.of(topic)).all());
            } catch (DestinationException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    return;
                }
                throw e;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
