/**
 * Notices that a provider says things otherwise than a connector expects: at which version of its API webhooks are written, and that a
 * column which had values has none any more. What is found is written down once; {@code dev.webhookdb.alert} tells it.
 */
package dev.webhookdb.drift;
