/**
 * What a connector implements and what the platform gives it.
 *
 * <p>A connector is a declaration plus three functions. {@link dev.webhookdb.spi.Connector} names its
 * {@link dev.webhookdb.spi.Resource}s; a resource declares its {@link dev.webhookdb.spi.Column}s, which become a table, the
 * {@link dev.webhookdb.spi.Setting}s an operator supplies, and at least one of a {@link dev.webhookdb.spi.Webhook} (verify a
 * request, read items from it) and a {@link dev.webhookdb.spi.Backfill} (fetch a page). There is no lifecycle, no state and no
 * base class: storing, ordering, retrying, rate limiting and asking for settings are the platform's work.
 *
 * <p>This package depends on {@code java.base} only. Code compiled against a version of it runs on every later version with the
 * same major number. All types are immutable and safe for use by many threads unless they say otherwise. No method takes or
 * returns {@code null}.
 */
package dev.webhookdb.spi;
