/**
 * Statements that people write, run as the role that may only read: how many at a time, for how long, and how much memory their
 * results may take.
 *
 * <p>Which database that is, and who may ask, is decided elsewhere.
 */
package dev.webhookdb.reader;
