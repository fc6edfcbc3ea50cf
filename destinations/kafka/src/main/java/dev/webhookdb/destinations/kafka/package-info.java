/**
 * Copies of tables in Kafka: a topic for each table, a record for each state of a row.
 *
 * <p>A position is the offset that a consumer group, named after the sync target, has committed for the topic's first partition. It is
 * committed in the transaction of the records.
 */
package dev.webhookdb.destinations.kafka;
