/**
 * What a resource becomes in PostgreSQL, as SQL text: the table, its indexes, later columns, and how states are stored.
 *
 * <p>Conversions exist here and nowhere else. Nothing here talks to a database; running the statements is left to others.
 */
package dev.webhookdb.schema;
