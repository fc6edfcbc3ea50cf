/**
 * The door to PostgreSQL: pools, transactions, statements, migrations, the embedded server, and the organizations'
 * databases with their roles.
 *
 * <p>The only package that knows JDBC. What the statements say is left to the features that own the tables.
 */
package dev.webhookdb.database;
