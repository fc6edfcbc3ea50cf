/**
 * Notifications: who is told of which events, deliveries to their endpoints, and what became of them.
 *
 * <p>What happens is left to {@code change} and {@code event}; how an address is reached, to {@code outbound}.
 */
package dev.webhookdb.notify;
