/**
 * Receives webhooks: verifies the exact bytes, logs and queues them durably, and only then answers.
 *
 * <p>What a webhook says is none of this package's business; it hands over what it has committed.
 */
package dev.webhookdb.ingest;
