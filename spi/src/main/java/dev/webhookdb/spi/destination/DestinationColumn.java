package dev.webhookdb.spi.destination;

import dev.webhookdb.spi.Column;

/**
 * A column of a table that is copied.
 *
 * @param name a-z, 0-9 and _, at most 63 characters; may be a word that is reserved in SQL
 */
public record DestinationColumn(String name, Column.Type type) {}
