/** Replicates Transistor's podcasts. What its resources share is in {@code Transistor}; each is a declaration of its own. */
package dev.webhookdb.connectors.transistor;
