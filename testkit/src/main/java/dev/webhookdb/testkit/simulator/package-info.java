/**
 * Providers as they look from outside: real wire formats, signatures and paging, with a history that a seed decides.
 *
 * <p>A simulator knows the final state of every object, so that a test or the demo can compare tables with it. It leaves
 * sending to its user, and knows nothing of WebhookDB.
 */
package dev.webhookdb.testkit.simulator;
