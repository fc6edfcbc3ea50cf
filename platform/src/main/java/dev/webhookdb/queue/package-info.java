/**
 * The leased queue that every kind of deferred work uses: claim, extend, retry, expire, park, wake. Each kind keeps a table of its own;
 * here is how the columns are named and read that make a queue of it. What the work is, is left to whoever does it.
 */
package dev.webhookdb.queue;
