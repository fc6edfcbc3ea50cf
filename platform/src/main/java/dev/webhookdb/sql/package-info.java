/**
 * The way to PostgreSQL: pools, transactions, statements and their parameters, kinds of failure.
 *
 * <p>What the statements say is left to the features that own the tables.
 */
package dev.webhookdb.sql;
