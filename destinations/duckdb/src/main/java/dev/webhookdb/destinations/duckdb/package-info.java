/** Keeps copies of tables in files of DuckDB, below one directory that the operator names. */
package dev.webhookdb.destinations.duckdb;
