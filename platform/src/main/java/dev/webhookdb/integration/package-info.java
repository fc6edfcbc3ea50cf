/**
 * Service integrations: which resource of which connector fills which table, with which settings.
 *
 * <p>An endpoint receives webhooks and feeds one or more integrations of one connector. Receiving, reading and storing are left to
 * others; this package also brings tables into the shape that a connector declares.
 */
package dev.webhookdb.integration;
