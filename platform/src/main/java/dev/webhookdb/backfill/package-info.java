/**
 * Reads what providers list: page after page, in disjoint splits at the same time, as fast as a credential may, and from where it was
 * left when a host died. What is listed is stored by {@code store}; when polls and reconciliations are due, somebody else says.
 */
package dev.webhookdb.backfill;
