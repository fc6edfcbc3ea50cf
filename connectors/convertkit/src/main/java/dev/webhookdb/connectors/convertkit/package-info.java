/**
 * Replicates ConvertKit, now called Kit, through version 3 of its API. What its resources share is in {@code ConvertKit}; each is a
 * declaration of its own.
 */
package dev.webhookdb.connectors.convertkit;
