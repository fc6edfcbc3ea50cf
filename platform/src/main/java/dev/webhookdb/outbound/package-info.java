/**
 * The one HTTP client for every outgoing request: time-outs, retries, the guard against internal addresses, and errors that say who has
 * to act without showing a secret. How often a provider may be called is decided by the {@link Pace} that a caller brings.
 */
package dev.webhookdb.outbound;
