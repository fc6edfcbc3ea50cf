/**
 * The change feed: what happened to the rows of tables that somebody follows, in the order of commits, each change once and none
 * missing.
 *
 * <p>Who follows, and what is told to whom, is left to those who read it.
 */
package dev.webhookdb.change;
