/**
 * Text to {@link dev.webhookdb.spi.Json} and back.
 *
 * <p>Reading loses nothing that JSON can say; writing gives text that PostgreSQL takes as {@code jsonb}. What the text means is left
 * to others.
 */
package dev.webhookdb.json;
