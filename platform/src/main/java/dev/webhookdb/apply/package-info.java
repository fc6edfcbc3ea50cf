/**
 * Turns logged webhooks into rows: takes them from the queue, asks the connector what they say, stores it, and keeps what cannot be
 * stored visible and replayable.
 *
 * <p>Everything here may run twice for one webhook, after a crash or when a time-out strikes: storing known states changes nothing.
 */
package dev.webhookdb.apply;
