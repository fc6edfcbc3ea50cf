/**
 * What destinations share that write over JDBC: sockets, a connection that may be closed under whoever waits for it, and the whole session
 * of those that have transactions and {@code MERGE} but no unique indexes to rely on, the warehouses.
 *
 * <p>A {@link dev.webhookdb.destinations.jdbc.WarehouseSession} is the same for all of them; a {@link
 * dev.webhookdb.destinations.jdbc.Dialect} says what differs. This is packed into the JAR of each destination that uses it.
 */
package dev.webhookdb.destinations.jdbc;
