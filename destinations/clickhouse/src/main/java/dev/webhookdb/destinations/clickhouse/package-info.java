/**
 * Copies of tables in ClickHouse.
 *
 * <p>Rows are only inserted: a table of the engine {@code ReplacingMergeTree(_change, _deleted)} keeps the state of each key with the
 * greatest change number, whatever comes twice or late. There are no transactions over two tables here. A batch is one block of one
 * {@code INSERT}, which a table without partitions takes as a whole or not at all; its position is inserted into {@code
 * _webhookdb_positions} afterwards. When that was prevented, the greatest change number of the table says the same: batches come in the
 * order of their changes.
 *
 * <p>A position belongs to the UUID of a table, which goes where the table goes. So {@code EXCHANGE TABLES} exchanges rows and positions
 * at one moment.
 *
 * <p>The HTTP interface is spoken over sockets of the platform by a few classes here. ClickHouse's own client makes its connections
 * itself, past the factory of sockets, and is many times as large.
 */
package dev.webhookdb.destinations.clickhouse;
