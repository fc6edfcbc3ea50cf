/** Replicates Increase's objects. What they share is in {@code Increase}; each resource is a declaration of its own. */
package dev.webhookdb.connectors.increase;
