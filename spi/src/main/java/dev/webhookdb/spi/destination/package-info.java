/**
 * What a destination implements: a kind of database or queue that tables are copied to and kept in step in.
 *
 * <p>A {@link dev.webhookdb.spi.destination.Destination} names its URL schemes and opens a {@link
 * dev.webhookdb.spi.destination.DestinationSession}, which makes and evolves a table and writes batches of rows, each together with the
 * position that it reaches. What changed, when, in which order, retries, back-off, what is done with a row that cannot be written, and
 * that nobody else writes at the same time are the platform's work.
 *
 * <p>This package depends on {@code java.base} only. Code compiled against a version of it runs on every later version with the same
 * major number. Unless a type says otherwise, no method takes or returns {@code null}, and values are immutable.
 */
package dev.webhookdb.spi.destination;
