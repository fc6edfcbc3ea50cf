/** Keeps copies of tables in Snowflake: what its SQL is like is in {@link dev.webhookdb.destinations.snowflake.SnowflakeDialect}. */
package dev.webhookdb.destinations.snowflake;
