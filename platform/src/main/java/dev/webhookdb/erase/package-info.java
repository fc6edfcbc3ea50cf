/**
 * Erasure: what is known of one resource is forgotten, wherever it is kept, and nothing of it comes back. Each of the places is left to
 * the package whose it is.
 */
package dev.webhookdb.erase;
