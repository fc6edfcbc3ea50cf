/**
 * Copies of tables in MariaDB and MySQL.
 *
 * <p>A table's position is in {@code _webhookdb_positions} of the same database, and is written in the transaction of the rows. It is found
 * by an id in the table's comment and not by its name: so one {@code RENAME TABLE}, which is atomic, exchanges rows and positions, though
 * nothing that changes a table's definition can be part of a transaction here.
 */
package dev.webhookdb.destinations.mariadb;
