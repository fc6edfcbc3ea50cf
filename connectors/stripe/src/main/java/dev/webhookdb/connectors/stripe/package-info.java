/** Replicates Stripe's objects. What they share is in {@code Stripe}; each resource is a declaration of its own. */
package dev.webhookdb.connectors.stripe;
