/** Replicates a Shopify shop. What its resources share is in {@code Shopify}; each resource is a declaration of its own. */
package dev.webhookdb.connectors.shopify;
