/** Keeps copies of tables in Amazon Redshift: what its SQL is like is in {@link dev.webhookdb.destinations.redshift.RedshiftDialect}. */
package dev.webhookdb.destinations.redshift;
