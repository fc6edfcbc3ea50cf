package dev.webhookdb.ingest;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.spi.Request;

/** Takes over webhooks that were accepted and committed. What it drops is found in the queue later, so it never blocks or throws. */
@FunctionalInterface
public interface CommittedWebhookListener {
    /** Takes over a webhook. */
    void accepted(long webhookId, Endpoint endpoint, Request request);
}
