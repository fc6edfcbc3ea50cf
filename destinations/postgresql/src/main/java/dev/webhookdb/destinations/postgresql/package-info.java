/** Keeps copies of tables in PostgreSQL. */
package dev.webhookdb.destinations.postgresql;
