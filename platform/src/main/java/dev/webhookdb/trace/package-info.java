/**
 * Traces for OpenTelemetry: what was done with a webhook, by whichever host, from its request to the last attempt to tell somebody of it.
 *
 * <p>Ids are derived from what every station knows anyway, the number of the webhook (ADR 49). Others say what they did; this package
 * decides whether that is kept, and sends it to the operator's collector in the background. It is the only one that knows
 * OpenTelemetry, and loads nothing of that unless a collector is configured.
 */
package dev.webhookdb.trace;
